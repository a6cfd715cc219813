// The runtimes of a lab: what can be installed, what is, and the work under way. Another lab of the same data folder may change them meanwhile: who
// works on one holds its lock. Knows no screen.
import { AppFailure, asAppError, type AppError } from '../../engine/core/result.ts';
import { asIs, say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import type { RuntimeId, RuntimeReport, RuntimeStage, RuntimeWork } from '../../protocol/runtimes.ts';
import { asFile, systemCode } from '../files/files.ts';
import { checkRuntime, targetOf } from './check.ts';
import { install } from './install.ts';
import { conflict, notInstalled, reportOf, underWay, whyBroken, type Known } from './known.ts';
import { hasOwnLibrary, offerRuntime } from './offer.ts';
import { impossible } from './possible.ts';
import type { RuntimeSource } from './source.ts';
import { changedIn, damageOf, RuntimeFolder, withCheck, type RuntimeRecord } from './store.ts';

export interface RuntimesSetup {
  readonly sources: () => Promise<readonly RuntimeSource[]>;
  readonly dataFolder: () => string;
  /** Why the machine must be left alone now; null when it need not. */
  readonly busy: () => AppError | null;
  /** Something of the list is another; `settled` when what engines can use may be. */
  readonly changed: (list: readonly RuntimeReport[], settled: boolean) => void;
  /** A defect of the program. */
  readonly failed: (error: AppError) => void;
}

type Tell = (stage: RuntimeStage, done: number, total: number) => void;
type Work = (signal: AbortSignal, tell: Tell) => Promise<void>;

/** The faster of two that are installed. */
const preference: readonly RuntimeId[] = ['tensorflow-gpu', 'tensorflow'];

export class Runtimes {
  readonly #setup: RuntimesSetup;
  /** Read at the first look. */
  #all: readonly Known[] | null = null;
  /** Looking and beginning follow each other, whoever asks: a look holds the lock for a moment. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: RuntimesSetup) {
    this.#setup = setup;
  }

  /** Looks at the data folder: what nobody will finish is cleared away, what is installed is offered to engines. */
  refresh(): Promise<readonly RuntimeReport[]> {
    return this.#inTurn(async () => {
      for (const known of await this.#load()) await this.#lookAt(known);
      this.#offer();
      return this.list();
    });
  }

  /** The same, and whether what is not there could be installed on this machine. */
  async look(): Promise<readonly RuntimeReport[]> {
    for (const known of await this.#load()) known.impossible = await impossible(known.source);
    return this.refresh();
  }

  /** The data folder is another one. */
  async moved(): Promise<void> {
    await this.refresh();
    this.#setup.changed(this.list(), true);
  }

  list(): readonly RuntimeReport[] {
    return this.#listed.map((known) => this.#reportOf(known));
  }

  /** What the device tensorflow stands on: `TensorFlow 2.15.1 by @tensorflow/tfjs-node 4.22.0`; null = none that works, or a person's own. */
  get offered(): RuntimeReport | null {
    if (hasOwnLibrary) return null;
    const usable = this.list().filter(({ installed }) => installed !== null && installed.broken === null);
    return preference.flatMap((id) => usable.find((one) => one.id === id) ?? [])[0] ?? null;
  }

  /** One that is there and cannot be used. */
  get broken(): RuntimeReport | null {
    return this.list().find(({ installed }) => installed !== null && installed.broken !== null) ?? null;
  }

  /** Begins to install. Refuses at once what cannot begin; how it ends is told by the list, and by `done`. */
  add(id: RuntimeId): Promise<readonly RuntimeReport[]> {
    return this.#inTurn(async () => {
      const known = await this.#toChange(id);
      known.impossible = await impossible(known.source);
      if (known.impossible !== null) throw new AppFailure(known.impossible);
      if (known.record !== null && whyBroken(known) === null)
        throw conflict(
          say`runtimes: ${asIs(known.source.title)} is installed already, as version ${asIs(known.record.version)}`,
          say`Check it, or remove it first.`,
        );
      return this.#begin(known, 'fetch', (signal, onProgress) =>
        install({ source: known.source, folder: this.#folder(known), signal, onProgress }),
      );
    });
  }

  /** Has an installed one tried again. */
  check(id: RuntimeId): Promise<readonly RuntimeReport[]> {
    return this.#inTurn(async () => {
      const known = await this.#toChange(id);
      const { record } = known;
      if (record === null) throw notInstalled(known.source);
      return this.#begin(known, 'check', (signal, tell) => this.#tryAgain(known, record, signal, tell));
    });
  }

  remove(id: RuntimeId): Promise<readonly RuntimeReport[]> {
    return this.#inTurn(async () => {
      const known = await this.#toChange(id);
      const folder = this.#folder(known);
      if (!folder.hasFiles) throw notInstalled(known.source);
      const release = await this.#lock(known);
      try {
        await asFile('runtimes', folder.path, () => Promise.resolve(folder.remove()));
        known.failed = null;
      } finally {
        release();
      }
      return this.#settled(known);
    });
  }

  /** Calls off what this lab does with it; nothing when it does nothing. */
  async cancel(id: RuntimeId): Promise<readonly RuntimeReport[]> {
    const known = this.#known(id);
    known.cancel?.abort();
    await known.done;
    return this.list();
  }

  /** Resolves when this lab does nothing with it any more; rejects when what was done failed. */
  async done(id: RuntimeId): Promise<RuntimeReport> {
    const known = this.#known(id);
    await known.done;
    if (known.failed !== null) throw new AppFailure(known.failed);
    return this.#reportOf(known);
  }

  /** Refuses what wants the machine for itself. */
  needIdle(who: Part): void {
    const known = this.#listed.find(({ cancel }) => cancel !== null);
    if (known === undefined) return;
    throw conflict(
      say`${term(who)}: the machine must be free, got a runtime that is being installed or checked: ${asIs(known.source.title)}`,
      say`Wait until it has finished, or cancel it in Settings.`,
    );
  }

  async close(): Promise<void> {
    for (const { cancel } of this.#listed) cancel?.abort();
    await Promise.all(this.#listed.map(({ done }) => done));
  }

  get #listed(): readonly Known[] {
    return this.#all ?? [];
  }

  async #load(): Promise<readonly Known[]> {
    const nothing = { impossible: null, record: null, damage: null, failed: null, work: null, cancel: null };
    this.#all ??= (await this.#setup.sources()).map((source) => ({ source, ...nothing, done: Promise.resolve() }));
    return this.#all;
  }

  #known(id: RuntimeId): Known {
    const known = this.#listed.find(({ source }) => source.id === id);
    if (known !== undefined) return known;
    throw new AppFailure({
      code: 'not-found',
      message: say`runtimes: there is no "${asIs<string>(id)}" in the catalogue of this lab`,
    });
  }

  /** Looked at anew: another lab may have changed it. */
  async #toChange(id: RuntimeId): Promise<Known> {
    await this.#load();
    const known = this.#known(id);
    if (known.cancel !== null) throw underWay(known.source, false);
    const busy = this.#setup.busy();
    if (busy !== null) throw new AppFailure(busy);
    await this.#lookAt(known);
    return known;
  }

  async #lookAt(known: Known): Promise<void> {
    if (known.cancel !== null) return;
    const folder = this.#folder(known);
    known.work = folder.touched ? await this.#workElsewhere(folder) : null;
    known.record = await folder.record();
    known.damage = known.record === null ? null : await damageOf(folder.path, known.record);
  }

  /** What another lab does with it; with nobody at work, what one that died has left goes. */
  async #workElsewhere(folder: RuntimeFolder): Promise<RuntimeWork | null> {
    try {
      const release = await folder.lock();
      if (release === null) return { stage: 'fetch', done: 0, total: 0, mine: false };
      try {
        folder.clean();
      } finally {
        release();
      }
    } catch (error) {
      // A folder that cannot be changed: what is left in it is found again, and the next installation says why it fails.
      if (!(error instanceof AppFailure) && systemCode(error) === null) throw error;
    }
    return null;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #lock(known: Known): Promise<() => void> {
    const release = await this.#folder(known).lock();
    if (release === null) throw underWay(known.source, true);
    return release;
  }

  async #begin(known: Known, stage: RuntimeStage, work: Work): Promise<readonly RuntimeReport[]> {
    const release = await this.#lock(known);
    const cancel = new AbortController();
    known.cancel = cancel;
    known.failed = null;
    known.work = { stage, done: 0, total: 0, mine: true };
    const tell: Tell = (now, done, total) => {
      known.work = { stage: now, done, total, mine: true };
      this.#setup.changed(this.list(), false);
    };
    known.done = work(cancel.signal, tell)
      .catch((error: unknown) => this.#stopped(known, error))
      .finally(() => {
        release();
        known.cancel = null;
        return this.#inTurn(() => this.#settled(known));
      });
    this.#setup.changed(this.list(), false);
    return this.list();
  }

  #stopped(known: Known, thrown: unknown): void {
    const error = asAppError(thrown, 'runtimes');
    if (error.code === 'bug') this.#setup.failed(error);
    // Who called it off knows it.
    if (error.code !== 'cancelled') known.failed = error;
  }

  async #settled(known: Known): Promise<readonly RuntimeReport[]> {
    await this.#lookAt(known);
    this.#offer();
    this.#setup.changed(this.list(), true);
    return this.list();
  }

  /** What a check finds is kept with the runtime: a broken one is not offered until it has been found whole. */
  async #tryAgain(known: Known, record: RuntimeRecord, signal: AbortSignal, tell: Tell): Promise<void> {
    const folder = this.#folder(known);
    const { source } = known;
    try {
      const changed = await changedIn(folder.path, record);
      if (changed !== null) return await folder.note({ ...record, broken: changed });
      const check = await checkRuntime({
        target: targetOf(source, folder.packageFolder(record.package)),
        needsCuda: source.cuda,
        onProgress: (done, total) => tell('check', done, total),
        signal,
      });
      await folder.note(withCheck(record, check));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AppFailure)) throw error;
      await folder.note({ ...record, broken: error.appError.message });
    }
  }

  #offer(): void {
    const offered = this.offered;
    const known = this.#listed.find(({ source }) => source.id === offered?.id);
    offerRuntime(known?.record ? this.#folder(known).packageFolder(known.record.package) : null);
  }

  #folder({ source }: Known): RuntimeFolder {
    return new RuntimeFolder(this.#setup.dataFolder(), source.id);
  }

  #reportOf(known: Known): RuntimeReport {
    return reportOf(known, this.#folder(known).path);
  }
}
