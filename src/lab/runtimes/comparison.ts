// How the ways to compute that are part of the program compare: each is tried in a process of its own, one after the other, and what was found is kept
// in the data folder. Knows no screen; what can be installed is none of its business.
import { join } from 'node:path';
import * as v from 'valibot';
import { AppFailure, asAppError, type AppError } from '../../engine/core/result.ts';
import { asIs, say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import type { RuntimeCheck, WayReport } from '../../protocol/runtimes.ts';
import { writeWhole } from '../../session/files/index.ts';
import { asFile, readJson } from '../files/files.ts';
import { checkRuntime } from './check.ts';
import { conflict } from './known.ts';
import { checkShape } from './store.ts';

/** A device with one of its kernel modules, as it is found on this machine. */
export interface Way {
  readonly kind: string;
  readonly module: string | null;
}

export interface ComparisonSetup {
  readonly ways: () => Promise<readonly Way[]>;
  readonly dataFolder: () => string;
  /** Ops that are tried; all when empty. */
  readonly ops: readonly string[];
  /** Throws AppFailure while the machine must be left alone. */
  readonly needFree: () => void;
  readonly changed: (ways: readonly WayReport[]) => void;
  /** A defect of the program. */
  readonly failed: (error: AppError) => void;
}

const keptShape = v.record(v.string(), checkShape);
const idOf = ({ kind, module }: Way): string => (module === null ? kind : `${kind} ${module}`);

export class Comparison {
  readonly #setup: ComparisonSetup;
  #ways: readonly Way[] = [];
  #checks: Readonly<Record<string, RuntimeCheck>> = {};
  readonly #failed = new Map<string, AppError>();
  #under: { readonly id: string; done: number; total: number } | null = null;
  #cancel: AbortController | null = null;
  #done: Promise<void> = Promise.resolve();

  constructor(setup: ComparisonSetup) {
    this.#setup = setup;
  }

  /** Looks at the machine and at what is kept. */
  async look(): Promise<readonly WayReport[]> {
    this.#ways = await this.#setup.ways();
    const kept = v.safeParse(keptShape, await readJson(this.#path));
    if (this.#cancel === null) this.#checks = kept.success ? kept.output : {};
    return this.list();
  }

  list(): readonly WayReport[] {
    return this.#ways.map((way) => {
      const id = idOf(way);
      const work = this.#under?.id === id ? { done: this.#under.done, total: this.#under.total } : null;
      return { id, ...way, work, check: this.#checks[id] ?? null, failed: this.#failed.get(id) ?? null };
    });
  }

  /** Begins with the first of those that are named, or of all, or refuses; how it goes on is told by the list, and by `done`. */
  async start(ids: readonly string[] = []): Promise<readonly WayReport[]> {
    await this.look();
    const unknown = ids.find((id) => !this.#ways.some((way) => idOf(way) === id));
    if (unknown !== undefined)
      throw new AppFailure({
        code: 'not-found',
        message: say`runtimes: nothing here computes as "${asIs(unknown)}"`,
        cure: say`The ways to compute of this machine: ${asIs(this.#ways.map(idOf).join(', '))}.`,
      });
    this.needIdle('runtimes');
    this.#setup.needFree();
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.#failed.clear();
    const chosen = this.#ways.filter((way) => ids.length === 0 || ids.includes(idOf(way)));
    this.#done = this.#tryAll(chosen, cancel.signal).finally(() => {
      this.#cancel = null;
      this.#under = null;
      this.#tell();
    });
    return this.list();
  }

  /** Calls off what is under way; what was found until then is kept. */
  async cancel(): Promise<readonly WayReport[]> {
    this.#cancel?.abort();
    await this.#done;
    return this.list();
  }

  /** Resolves when nothing is under way. */
  async done(): Promise<readonly WayReport[]> {
    await this.#done;
    return this.list();
  }

  get running(): boolean {
    return this.#cancel !== null;
  }

  /** Refuses what wants the machine for itself. */
  needIdle(who: Part): void {
    if (!this.running) return;
    throw conflict(
      say`${term(who)}: the machine must be free, got devices that are being compared`,
      say`Wait until it has finished, or cancel it in Settings.`,
    );
  }

  async #tryAll(ways: readonly Way[], signal: AbortSignal): Promise<void> {
    for (const way of ways) {
      if (signal.aborted) return;
      this.#under = { id: idOf(way), done: 0, total: 0 };
      this.#tell();
      await this.#try(way, signal).catch((thrown: unknown) => {
        if (signal.aborted) return;
        const error = asAppError(thrown, 'runtimes');
        if (error.code === 'bug') this.#setup.failed(error);
        this.#failed.set(idOf(way), error);
      });
    }
  }

  async #try(way: Way, signal: AbortSignal): Promise<void> {
    const id = idOf(way);
    const check = await checkRuntime({
      target: { ...way, library: null, ops: this.#setup.ops, timed: true },
      needsCuda: false,
      signal,
      onProgress: (done, total) => {
        this.#under = { id, done, total };
        this.#tell();
      },
    });
    this.#checks = { ...this.#checks, [id]: check };
    const path = this.#path;
    await asFile('runtimes', path, () => writeWhole(path, JSON.stringify(this.#checks, null, 2)));
  }

  #tell(): void {
    this.#setup.changed(this.list());
  }

  get #path(): string {
    return join(this.#setup.dataFolder(), 'runtimes', 'compared.json');
  }
}
