// A fork is atomic: checked as a whole run before it exists, then stored with its checkpoint, or not at all.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { sessionFiles } from '../../session/index.ts';
import { cursorAt } from '../../session/testing/samples.ts';
import { handlersOf } from '../handlers/index.ts';
import { Lab } from '../lab.ts';
import { saying } from '../../../tests/support/saying.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-fork-'));
let lab: Lab;
let door: LabHandlers;
beforeAll(async () => {
  const home = { config: folder, sessions: join(folder, 'sessions'), data: join(folder, 'data') };
  lab = await Lab.open({ home, onEvent: () => undefined });
  door = handlersOf(lab);
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const spec = (change: Partial<ExperimentSpec> = {}): ExperimentSpec => ({
  format: 'minrnn-experiment',
  version: 1,
  name: 'forked',
  task: { id: 'selective-copy-v1', fields: { length: 16, memorise: 2, vocabulary: 6, evalSequences: 16 } },
  variants: [{ model: 'minGru', fields: { d: 8, layers: 1 } }],
  training: { batch: 8, accumulate: 2, evaluateEvery: 5 },
  budget: { unit: 'steps', amount: 30 },
  device: { kind: 'reference', threads: 1 },
  ...change,
});

/** A finished run with a checkpoint in the middle, so that a fork has something left to do. */
async function parent(change: Partial<ExperimentSpec> = {}): Promise<{ readonly id: string; readonly step: number }> {
  await door['session/new']({ name: 'fork' });
  await door['race/start']({ spec: spec(change) });
  await lab.race.idle();
  const [run] = lab.keeper.runs();
  if (!run) throw new Error('a run is expected');
  await lab.keeper.settled();
  const { bytes } = unwrap(await lab.keeper.store.checkpoint(run.id, 'latest'));
  lab.keeper.records.checkpoint(run.id, { kind: 'kept', cursor: cursorAt(10), bytes });
  await lab.keeper.saving.needSaved();
  return { id: run.id, step: 10 };
}

const fork = (id: string, step: number, training: Record<string, number | string | boolean> = {}) =>
  door['race/act']({ runs: [id], action: { kind: 'fork', step, training } });

/** Everything in the file that a fork could leave. */
async function traces(): Promise<unknown> {
  await lab.keeper.settled();
  const { store } = lab.keeper;
  return [(await store.runs()).map((run) => run.id), (await store.events()).filter((event) => event.kind === 'fork')];
}

const refused: readonly (readonly [string, Record<string, number | string | boolean>, string])[] = [
  ['an optimiser whose state the checkpoint does not hold', { optimiser: 'sgd' }, 'training.optimiser'],
  ['parts that do not divide the batch', { accumulate: 3 }, 'training.accumulate'],
  ['a batch that its parts do not divide', { batch: 7 }, 'training.accumulate'],
  ['a setting of the model', { d: 16 }, 'training.d'],
  ['a setting nobody knows', { momentun: 0.5 }, 'training.momentun'],
  ['a value outside its range', { learningRate: -1 }, 'training.learningRate'],
];

describe('a fork that could not be trained', () => {
  it.each(refused)('because of %s is refused by name, and nothing is created', async (_, training, field) => {
    const { id, step } = await parent();
    const before = await traces();
    await expect(fork(id, step, training)).rejects.toMatchObject({ appError: { code: 'bad-input', field } });
    expect(await traces()).toEqual(before);
    expect(lab.keeper.runs()).toHaveLength(1);
  });

  it('because its checkpoint is the end of the budget is refused', async () => {
    const { id } = await parent();
    const before = await traces();
    const failure = { appError: { code: 'bad-input', field: 'action.step', cure: saying('earlier') } };
    await expect(fork(id, 30)).rejects.toMatchObject(failure);
    expect(await traces()).toEqual(before);
  });

  it('because it would count tokens wrongly is refused, and so are all when one of several is', async () => {
    const { id, step } = await parent({ budget: { unit: 'tokens', amount: 30 * 8 * 20 } });
    await expect(fork(id, step, { batch: 16 })).rejects.toMatchObject({ appError: { field: 'training.batch' } });
    await door['race/start']({ spec: spec({ budget: { unit: 'steps', amount: 2 } }) });
    await lab.race.idle();
    const before = await traces();
    const [, other] = lab.keeper.runs();
    const both = door['race/act']({ runs: [id, other?.id ?? ''], action: { kind: 'fork', step } });
    await expect(both).rejects.toMatchObject({ appError: { code: 'not-found' } });
    expect(lab.keeper.runs()).toHaveLength(2);
    expect(await traces()).toEqual(before);
  });
});

describe('a fork', () => {
  it('has its checkpoint, trains from there and may change settings the checkpoint allows', async () => {
    const { id, step } = await parent();
    await Promise.all([
      fork(id, step, { batch: 16, optimiser: 'adam', learningRate: 0.01 }),
      fork(id, step),
      door['race/start']({ spec: spec({ budget: { unit: 'steps', amount: 3 } }) }),
    ]);
    await lab.race.idle();
    const runs = lab.keeper.runs();
    expect(runs).toHaveLength(4);
    for (const of of ['name', 'identity', 'variant'] as const) expect(new Set(runs.map((run) => run[of])).size).toBe(4);
    for (const run of runs.filter((one) => one.forkedFrom !== null)) {
      expect([run.intent, run.cursor.step]).toEqual(['finished', 30]);
      const [window] = await lab.keeper.store.series({
        runs: [run.id],
        metric: 'train/loss',
        x: 'step',
        from: null,
        to: null,
        columns: 1000,
      });
      expect(Math.min(...(window?.step ?? []))).toBeGreaterThanOrEqual(step);
    }
  });

  it('without its checkpoint never trains: it says so, and Resume is refused', async () => {
    const { id, step } = await parent();
    const { path } = lab.keeper;
    await door['session/close']({});
    const store = unwrap(await sessionFiles.open(path));
    const [first] = await store.runs();
    if (!first) throw new Error('a run is expected');
    const child = { ...first, id: 'half', name: 'half', intent: 'queued' as const, forkedFrom: { run: id, step } };
    await store.addRuns([{ ...child, cursor: cursorAt(step) }]);
    await store.close();
    const { runs } = await door['session/open']({ path });
    expect(runs[1]).toMatchObject({
      status: 'failed',
      problem: { code: 'not-found', cure: saying('Fork') },
    });
    const resume = door['race/act']({ runs: ['half'], action: { kind: 'resume' } });
    await expect(resume).rejects.toMatchObject({ appError: { code: 'not-found' } });
    await door['race/act']({ runs: [], action: { kind: 'resume' } });
    await door['race/act']({ runs: ['half'], action: { kind: 'step' } });
    await lab.race.idle();
    await lab.keeper.settled();
    expect(await lab.keeper.store.lastValues('half')).toEqual({});
    expect(lab.keeper.live('half').status).toBe('failed');
  });
});
