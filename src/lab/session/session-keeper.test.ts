// Any sequence of requests to an open session, also during save as: the current file afterwards holds all of them, and each earlier file
// holds exactly the requests before it was left.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { LabEvents } from '../../protocol/lab.ts';
import { sessionFiles, type SessionStore } from '../../session/index.ts';
import { columnsOf, cursorAt, someHead, someRun } from '../../session/testing/samples.ts';
import { EventHub } from '../event-hub.ts';
import { SessionKeeper } from './session-keeper.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-keeper-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `s${++files}.rnnlab`);

interface ModelRun {
  readonly points: number;
  /** Step of the latest checkpoint; -1 = none. */
  readonly saved: number;
  readonly samples: number;
}

interface Model {
  readonly note: string;
  readonly runs: Readonly<Record<string, ModelRun>>;
}

const fresh: ModelRun = { points: 0, saved: -1, samples: 0 };
const checkpoint = (step: number) =>
  ({ kind: 'latest', cursor: cursorAt(step), bytes: new Uint8Array(3000).fill(step) }) as const;

async function readModel(store: SessionStore): Promise<Model> {
  const runs: Record<string, ModelRun> = {};
  for (const { id } of await store.runs()) {
    const query = { runs: [id], metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
    const [window] = await store.series(query);
    const steps = window?.step ?? [];
    expect(steps).toEqual(Array.from(steps, (_, i) => i));
    const marks = await store.checkpoints(id);
    const saved = marks[0]?.step ?? -1;
    if (saved >= 0) expect(unwrap(await store.checkpoint(id, 'latest')).bytes).toEqual(checkpoint(saved).bytes);
    runs[id] = { points: steps.length, saved, samples: (await store.samples(id)).length };
  }
  return { note: (await store.head()).note, runs };
}

async function readFileModel(path: string): Promise<Model> {
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  const model = await readModel(store);
  await store.close();
  expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
  return model;
}

const leftBeside = (paths: Iterable<string>): readonly string[] => {
  const names = [...paths].map((path) => basename(path));
  return readdirSync(folder).filter((name) => names.some((own) => name !== own && name.startsWith(own)));
};

/** A session under test, its expected content, and that of each of its earlier files. */
class Bench {
  model: Model = { note: '', runs: {} };
  readonly left = new Map<string, Model>();
  /** The path of the session after all requests so far. */
  path = newPath();
  readonly #waiting: Promise<unknown>[] = [];
  readonly #told = new Map<string, number>();
  readonly #hub: EventHub;
  keeper!: SessionKeeper;

  constructor() {
    this.#hub = new EventHub((name, payload) => {
      if (name !== 'metrics/appended') return;
      const { run, columns } = payload as LabEvents['metrics/appended'];
      // A long stretch is sent as its extremes, including its first and last point, and starts where the previous one ended.
      const { step = [] } = columns[0] ?? {};
      expect(step[0]).toBe(this.#told.get(run) ?? 0);
      this.#told.set(run, (step.at(-1) ?? -1) + 1);
    });
  }

  async begin(): Promise<void> {
    const store = unwrap(await sessionFiles.create(this.path, someHead));
    this.keeper = await SessionKeeper.of(store, this.#hub);
  }

  /** The step after the last reported point, by run. */
  get told(): ReadonlyMap<string, number> {
    this.#hub.flush();
    return this.#told;
  }

  pick(at: number): string | undefined {
    const ids = Object.keys(this.model.runs);
    return ids[at % Math.max(1, ids.length)];
  }

  set(run: string, change: Partial<ModelRun>): void {
    const before = this.model.runs[run] ?? fresh;
    this.model = { ...this.model, runs: { ...this.model.runs, [run]: { ...before, ...change } } };
  }

  remove(run: string): void {
    const { [run]: _, ...others } = this.model.runs;
    this.model = { ...this.model, runs: others };
  }

  later(work: Promise<unknown>): void {
    this.#waiting.push(work);
  }

  /** Waits for every answer, closes, and opens the same file again. */
  async reopen(): Promise<void> {
    await Promise.all(this.#waiting.splice(0));
    await this.keeper.close();
    this.keeper = await SessionKeeper.of(unwrap(await sessionFiles.open(this.path)), this.#hub);
  }

  async end(): Promise<void> {
    await Promise.all(this.#waiting.splice(0));
    await this.keeper.settled();
    expect(this.keeper.state()).toMatchObject({ path: this.path, saved: 'saved', readOnly: false });
    await this.keeper.close();
    expect(await readFileModel(this.path)).toEqual(this.model);
    for (const [before, model] of this.left) expect(await readFileModel(before)).toEqual(model);
    expect(leftBeside([this.path, ...this.left.keys()])).toEqual([]);
    for (const [run, { points }] of Object.entries(this.model.runs)) expect(this.told.get(run) ?? 0).toBe(points);
  }
}

type Ask = (bench: Bench, at: number, size: number) => void | Promise<void>;
let runs = 0;

/** Nothing here waits for an answer unless stated. */
const asks: Readonly<Record<string, Ask>> = {
  start: (bench) => {
    const id = `run-${++runs}`;
    bench.keeper.addRuns([someRun(id)]);
    bench.set(id, fresh);
  },
  append: (bench, at, size) => {
    const id = bench.pick(at);
    if (id === undefined) return;
    const { points } = bench.model.runs[id] ?? fresh;
    bench.keeper.records.append(id, [columnsOf('train/loss', points, points + size)]);
    bench.set(id, { points: points + size });
  },
  checkpoint: (bench, at, size) => {
    const id = bench.pick(at);
    if (id === undefined) return;
    bench.keeper.records.checkpoint(id, checkpoint(size));
    bench.set(id, { saved: size });
  },
  edit: (bench, _, size) => {
    bench.keeper.edit({ note: `note ${size}` });
    bench.model = { ...bench.model, note: `note ${size}` };
  },
  fork: (bench, at, size) => {
    const parent = bench.pick(at);
    if (parent === undefined) return;
    const id = `fork-${++runs}`;
    const child = someRun(id, { forkedFrom: { run: parent, step: size }, cursor: cursorAt(size) });
    bench.later(bench.keeper.addFork(child, checkpoint(size), `${parent} at step ${size}`));
    bench.set(id, { ...fresh, saved: size });
  },
  sample: (bench, at, size) => {
    const id = bench.pick(at);
    if (id === undefined) return;
    const sample = { run: id, step: size, prompt: 'a', temperature: 1, seed: 1, text: 'b', detail: null };
    bench.later(bench.keeper.records.addSample(sample));
    bench.set(id, { samples: (bench.model.runs[id]?.samples ?? 0) + 1 });
  },
  delete: (bench, at) => {
    const id = bench.pick(at);
    if (id === undefined) return;
    bench.keeper.deleteRuns([id]);
    bench.remove(id);
  },
  saveAs: (bench) => {
    bench.left.set(bench.path, bench.model);
    bench.path = newPath();
    bench.later(bench.keeper.moveTo(bench.path, false));
  },
  refusedSaveAs: (bench) => {
    const path = newPath();
    writeFileSync(path, 'precious');
    bench.later(expect(bench.keeper.moveTo(path, false)).rejects.toBeInstanceOf(AppFailure));
  },
  yield: () => new Promise((resolve) => setImmediate(resolve)),
  settle: (bench) => bench.keeper.settled(),
  reopen: (bench) => bench.reopen(),
};

type Step = readonly [string, number, number];
const kinds = Object.keys(asks);
// Weighted towards requests that race with a save.
const anyStep: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(...kinds, 'append', 'append', 'append', 'start', 'checkpoint', 'saveAs'),
  fc.nat(9),
  fc.integer({ min: 1, max: 70 }),
);

async function perform(steps: readonly Step[]): Promise<void> {
  const bench = new Bench();
  await bench.begin();
  for (const [kind, at, size] of [['start', 0, 1] as const, ...steps]) await asks[kind]?.(bench, at, size);
  await bench.end();
}

describe('an open session', () => {
  it('loses nothing and doubles nothing, whatever is asked of it while it becomes a copy', async () => {
    const plans = fc.array(anyStep, { minLength: 5, maxLength: 40 });
    await fc.assert(fc.asyncProperty(plans, perform), { numRuns: 10, endOnFailure: true });
  });

  it('shows no door what its file did not take', async () => {
    const store = unwrap(await sessionFiles.create(newPath(), someHead));
    const full = (): Promise<never> =>
      Promise.reject(new AppFailure({ code: 'disk-full', message: say`the disk is full` }));
    const refusing = new Proxy(store, {
      get: (target, name) => {
        if (name === 'appendMetrics' || name === 'putCheckpoint') return full;
        const found: unknown = Reflect.get(target, name);
        return typeof found === 'function' ? (found.bind(target) as unknown) : found;
      },
    });
    for (const ask of ['append', 'checkpoint'] as const) {
      const told: string[] = [];
      const hub = new EventHub((name) => told.push(name));
      const keeper = await SessionKeeper.of(refusing, hub);
      const id = `refused-${ask}`;
      keeper.addRuns([someRun(id)]);
      if (ask === 'append') keeper.records.append(id, [columnsOf('train/loss', 0, 5)]);
      else keeper.records.checkpoint(id, { kind: 'latest', cursor: cursorAt(4), bytes: new Uint8Array(8) });
      await keeper.settled();
      hub.flush();
      expect(keeper.state().saved).toMatchObject({ failed: { code: 'disk-full' } });
      expect(keeper.live(id).checkpoints).toEqual([]);
      expect(told).not.toContain('metrics/appended');
    }
    await store.close();
  });

  it('goes on in a copy while its own file takes no more writes, with all that waited', async () => {
    const bench = new Bench();
    await bench.begin();
    for (const kind of ['start', 'append', 'checkpoint', 'append']) await asks[kind]?.(bench, 0, 20);
    await bench.keeper.saving.needSaved();
    const before = bench.path;
    rmSync(before);
    for (const kind of ['append', 'edit', 'append']) await asks[kind]?.(bench, 0, 30);
    await bench.keeper.settled();
    expect(bench.keeper.state().saved).toMatchObject({ failed: { code: expect.any(String) } });
    const sample = { run: bench.pick(0) ?? '', step: 1, prompt: '', temperature: 1, seed: 1, text: '', detail: null };
    await expect(bench.keeper.records.addSample(sample)).rejects.toBeInstanceOf(AppFailure);
    await expect(bench.keeper.moveTo(join(folder, 'nowhere', 'x'), false)).rejects.toBeInstanceOf(AppFailure);
    bench.path = newPath();
    await bench.keeper.moveTo(bench.path, false);
    await asks['append']?.(bench, 0, 10);
    await bench.end();
  });
});
