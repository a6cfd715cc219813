// The engine host with the real trainer: messages in, messages out, in one process.
import { english } from '../engine/core/say.ts';
import { describe, expect, it, vi } from 'vitest';
import { ok } from '../engine/core/result.ts';
import { loadDevice } from '../engine/device/registry.ts';
import { expandExperiment } from '../engine/spec/expand.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import { prepareReader, prepareRun } from '../engine/training/prepare.ts';
import type { PrepareRun, SliceLimits } from '../engine/training/training-run.ts';
import { catalogueWith } from '../lab/experiments/catalogue.ts';
import type { FromEngine, ToEngine } from '../protocol/engine.ts';
import { tinyRace } from '../../tests/support/experiments.ts';
import { chooseDevice } from './device-choice.ts';
import { EngineHost } from './host.ts';
import { openData } from '../lab/data/task-data.ts';
import { peakBytes } from './peak-memory.ts';

const [planned] = expandExperiment(tinyRace(40), catalogueWith([]));
if (!planned) throw new Error('a run is expected');
const spec: RunSpec = planned.spec;

type Prepare = Extract<ToEngine, { type: 'prepare' }>;
const prepare = (change: Partial<Prepare> = {}): Prepare => ({
  type: 'prepare',
  shows: false,
  spec,
  version: '1',
  commit: null,
  exclusive: true,
  data: null,
  resume: null,
  chosen: null,
  devices: null,
  ...change,
});

function host(): {
  readonly said: FromEngine[];
  readonly tell: (message: ToEngine) => void;
  readonly until: <T extends FromEngine['type']>(type: T) => Promise<Extract<FromEngine, { type: T }>>;
  readonly gone: () => boolean;
  /** What has been counted as computed. */
  readonly counted: () => number;
  /** The arguments of each call of `train` on the real run. */
  readonly slices: readonly SliceLimits[];
} {
  const said: FromEngine[] = [];
  let read = 0;
  let gone = false;
  let signs: readonly Int32Array[] = [];
  const slices: SliceLimits[] = [];
  const listened: PrepareRun = async (request) => {
    const prepared = await prepareRun(request);
    if (!prepared.ok) return prepared;
    const run = prepared.value;
    const slice = run.slice.bind(run);
    vi.spyOn(run, 'slice').mockImplementation((limits, stop) => {
      slices.push(limits);
      return slice(limits, stop);
    });
    return prepared;
  };
  const engine = new EngineHost({
    send: (message) => said.push(message),
    prepareRun: listened,
    prepareReader,
    openData,
    measureDevices: () => Promise.resolve(null),
    chooseDevice: async () => ok(await loadDevice('reference')),
    peakBytes,
    onSigns: (words) => (signs = words),
    machine: { node: '24', platform: 'test', cpu: 'test' },
    begun: performance.now() / 1000,
    exit: () => (gone = true),
  });
  return {
    said,
    slices,
    gone: () => gone,
    counted: () => signs.flatMap((words) => [...words]).reduce((sum, word) => sum + word, 0),
    tell: (message) => engine.receive(message),
    until: async (type) => {
      for (;;) {
        for (; read < said.length; read++) {
          const message = said[read];
          if (message?.type !== type) continue;
          read++;
          return message as Extract<FromEngine, { type: typeof type }>;
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

describe('EngineHost', () => {
  it('prepares, trains slices to the end, checkpoints, and leaves when told', async () => {
    const engine = host();
    engine.tell(prepare());
    const ready = await engine.until('ready');
    expect(ready.cursor.step).toBe(0);
    expect(ready.environment).toMatchObject({ version: '1', exclusive: true, node: '24' });
    const counted = engine.counted();
    engine.tell({ type: 'grant', seconds: 60, steps: 1 });
    expect(await engine.until('slice')).toMatchObject({ outcome: 'slice', cursor: { step: 1 } });
    expect(engine.counted()).toBeGreaterThan(counted);
    engine.tell({ type: 'checkpoint', id: 1, kind: 'kept' });
    expect(await engine.until('checkpoint')).toMatchObject({ id: 1, data: { kind: 'kept', cursor: { step: 1 } } });
    engine.tell({ type: 'grant', seconds: 60, steps: null });
    expect(await engine.until('slice')).toMatchObject({ outcome: 'finished', cursor: { step: 40 } });
    const metrics = engine.said.flatMap((message) => (message.type === 'metrics' ? message.columns : []));
    const steps = metrics.filter((column) => column.metric === 'train/loss').flatMap((column) => column.step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    const memory = metrics
      .filter((column) => column.metric === 'memory/process-peak')
      .flatMap((column) => column.value);
    expect(Math.min(...memory.map(Number))).toBeGreaterThan(1_000_000);
    const last = engine.said.filter((message) => message.type === 'checkpoint').at(-1);
    expect(last?.data).toMatchObject({ kind: 'latest', cursor: { step: 40 } });
    engine.tell({ type: 'exit' });
    await vi.waitFor(() => expect(engine.gone()).toBe(true), { timeout: 500_000, interval: 5 });
  });

  it('trains for what it is granted, not for less, also when it was asked for the baton before it had it', async () => {
    const engine = host();
    engine.tell(prepare());
    await engine.until('ready');
    engine.tell({ type: 'yield' });
    engine.tell({ type: 'grant', seconds: 3600, steps: 5 });
    expect((await engine.until('slice')).cursor.step).toBe(5);
    engine.tell({ type: 'grant', seconds: 0.25, steps: 1 });
    expect((await engine.until('slice')).cursor.step).toBe(6);
    expect(engine.slices).toEqual([
      { seconds: 3600, steps: 5 },
      { seconds: 0.25, steps: 1 },
    ]);
  });

  it('returns the baton after the current step when asked, and continues from a checkpoint', async () => {
    const engine = host();
    engine.tell(prepare());
    await engine.until('ready');
    engine.tell({ type: 'grant', seconds: 60, steps: null });
    await engine.until('metrics');
    engine.tell({ type: 'yield' });
    const slice = await engine.until('slice');
    expect(slice.outcome).toBe('slice');
    expect(slice.cursor.step).toBeLessThan(40);
    engine.tell({ type: 'learning-rate', value: 0.007 });
    engine.tell({ type: 'checkpoint', id: 2, kind: 'latest' });
    const { data } = await engine.until('checkpoint');
    expect(data.cursor.learningRate).toBe(0.007);
    const other = host();
    other.tell(prepare({ resume: data }));
    expect((await other.until('ready')).cursor).toMatchObject({ step: slice.cursor.step, learningRate: 0.007 });
  });

  it('answers impossible requests with a message and keeps running', async () => {
    const engine = host();
    engine.tell(prepare());
    await engine.until('ready');
    engine.tell({ type: 'sample', id: 7, prompt: 'x', length: 5, temperature: 1, seed: 1, checkpoint: null });
    expect(await engine.until('refused')).toMatchObject({ id: 7 });
    engine.tell({ type: 'load-weights', id: 8, bytes: new Uint8Array([1, 2, 3]) });
    expect(await engine.until('refused')).toMatchObject({ id: 8 });
    engine.tell({ type: 'grant', seconds: 60, steps: 1 });
    expect((await engine.until('slice')).cursor.step).toBe(1);
  });

  it('reports why a run is impossible', async () => {
    const engine = host();
    engine.tell(
      prepare({
        spec: {
          ...spec,
          task: {
            id: 'char-text-v1',
            fields: {
              ...spec.task.fields,
              dataset: 'x',
              length: 8,
              heldOut: 0.1,
              unit: 'characters',
              evalSequences: 4,
            },
          },
        },
      }),
    );
    expect(english((await engine.until('failed')).error.message)).toMatch(/text/i);
    expect(await chooseDevice('abacus')).toMatchObject({ ok: false, error: { field: 'device.kind' } });
  });

  it('refuses a rate that no form allows, and goes on with the one it has', async () => {
    const { tell, until, said } = host();
    tell(prepare());
    await until('ready');
    for (const value of [0, -1, 11, NaN, Infinity]) {
      tell({ type: 'learning-rate', value });
      expect((await until('refused')).error).toMatchObject({ code: 'bad-input', field: 'learningRate' });
    }
    tell({ type: 'learning-rate', value: 0.5 });
    expect((await until('progress')).learningRate).toBe(0.5);
    expect(said.some(({ type }) => type === 'failed')).toBe(false);
  });
});
