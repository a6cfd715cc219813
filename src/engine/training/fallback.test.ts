// A run whose implementation cannot compute a step goes on with the one that can: the same losses, the same weights, the same after a resume, and
// what the steps tell of it.
import { beforeAll, describe, expect, it } from 'vitest';
import { english } from '../core/say.ts';
import { unwrap } from '../core/result.ts';
import { readSafetensors, writeSafetensors } from '../core/safetensors.ts';
import { loadDevice, type DeviceKind } from '../device/registry.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import { fallbackWords } from '../spec/fallbacks.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { smallSpec, type SmallRun } from '../verify/small-run.ts';
import { prepareRun } from './prepare.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';
import type { SliceResult, TrainingRun } from './training-run.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';

interface Place {
  readonly kind: DeviceKind;
  readonly module?: string;
}

const places: readonly Place[] = [
  { kind: 'reference' },
  { kind: 'cpu', module: 'wasm' },
  { kind: 'cpu', module: 'native' },
  { kind: 'webgpu' },
  { kind: 'tensorflow' },
];

interface Watched {
  readonly run: TrainingRun;
  readonly points: Map<string, [step: number, value: number | null][]>;
}

type Saved = { readonly cursor: TrainingCursor; readonly bytes: Uint8Array } | null;

async function watch(spec: RunSpec, resume: Saved = null): Promise<Watched> {
  const points: Watched['points'] = new Map();
  const listener = {
    metrics: (columns: readonly MetricColumns[]) => {
      for (const { metric, step, value } of columns)
        points.set(metric, [
          ...(points.get(metric) ?? []),
          ...step.map((at, i) => [at, value[i] ?? null] as [number, number | null]),
        ]);
    },
    checkpoint: () => undefined,
  };
  const device = await loadDevice(spec.device.kind as DeviceKind);
  return { run: unwrap(await prepareRun({ spec, data: null, device, listener, resume })), points };
}

const train = (run: TrainingRun, steps: number): Promise<SliceResult> =>
  run.slice({ seconds: 600, steps }, () => false);

/** Elman's network on sequences long enough that ten iterations do not reach their end. */
function specOf(implementation: string, { kind, module }: Place, change: SmallRun = {}): RunSpec {
  const spec = smallSpec({
    model: 'elman',
    implementation,
    ...change,
    fields: { layers: 1, d: 8, expansion: 1, ...change.fields },
    taskFields: { length: 36, memorise: 2, vocabulary: 6, evalSequences: 8, ...change.taskFields },
    training: { evaluateEvery: 3, ...change.training },
    budget: { unit: 'steps', amount: 100_000 },
  });
  return { ...spec, device: { kind, threads: 2, ...(module === undefined ? {} : { module }) } };
}

/** The weights that a run begins with, its recurrent matrices times `gain`. */
async function withGain(run: TrainingRun, gain: number): Promise<void> {
  const { tensors } = unwrap(readSafetensors(await run.save()));
  for (const [name, { data }] of tensors)
    if (name.endsWith('/weightHh')) data.forEach((value, i) => (data[i] = gain * value));
  unwrap(await run.loadWeights(writeSafetensors({ tensors, metadata: {} })));
}

async function weightsOf(run: TrainingRun): Promise<Map<string, number[]>> {
  const { tensors } = unwrap(readSafetensors(await run.save()));
  return new Map([...tensors].map(([name, { data }]) => [name, [...data]]));
}

async function begun(spec: RunSpec, gain: number): Promise<Watched> {
  const watched = await watch(spec);
  await withGain(watched.run, gain);
  return watched;
}

const valuesOf = ({ points }: Watched, metric: string): readonly (number | null)[] =>
  (points.get(metric) ?? []).map(([, value]) => value);

describe.each(places)('a recurrent gain of 3 on %j', (place) => {
  let missing: string | null = null;
  beforeAll(async () => {
    const device = await loadDevice(place.kind);
    const reason = await device.unavailable();
    const { modules } = await device.capabilities();
    const absent =
      place.module !== undefined && !modules.some(({ name, state }) => name === place.module && state === 'ready');
    missing = reason === null ? (absent ? `no module ${place.module ?? ''}` : null) : english(reason);
  });

  it.each([
    ['deer', 1],
    ['deer', 2],
    ['quasi-deer', 1],
  ] as const)(
    '%s does not settle, and trains to the losses and weights of fused, in %i parts',
    async (kind, accumulate) => {
      if (missing !== null) return void expect(missing).toMatch(/./);
      const training = { accumulate };
      const [newton, fused] = [
        await begun(specOf(kind, place, { training }), 3),
        await begun(specOf('fused', place, { training }), 3),
      ];
      for (const { run } of [newton, fused]) expect((await train(run, 4)).outcome).toBe('slice');
      const { fallbacks } = newton.run.cursor();
      expect(fallbacks).toEqual({ to: 'fused', steps: 4, first: 1, last: 4, evaluations: 2 });
      expect(fused.run.cursor().fallbacks).toBeUndefined();
      for (const metric of ['train/loss', 'train/gradient-norm', 'val/loss', 'val/accuracy'])
        expect(valuesOf(newton, metric), metric).toEqual(valuesOf(fused, metric));
      expect(await weightsOf(newton.run)).toEqual(await weightsOf(fused.run));
      expect(valuesOf(newton, 'model/fallbacks')).toEqual([1, 2, 3, 4]);
      expect(valuesOf(newton, 'model/iterations')).toEqual(Array.from({ length: 4 }, () => null));
      expect([...fused.points.keys()].filter((name) => name.startsWith('model/'))).toEqual([]);
      await Promise.all([newton.run.dispose(), fused.run.dispose()]);
    },
  );

  it('settles with more iterations, tells how many, and learns the same', async () => {
    if (missing !== null) return void expect(missing).toMatch(/./);
    const change = { fields: { iterations: 38 }, training: { learningRate: 1e-3 } };
    const [newton, fused] = [
      await begun(specOf('deer', place, change), 3),
      await begun(specOf('fused', place, change), 3),
    ];
    for (const { run } of [newton, fused]) await train(run, 4);
    expect(newton.run.cursor().fallbacks).toBeUndefined();
    const [told, left, grows] = ['iterations', 'residual', 'contraction'].map((name) =>
      valuesOf(newton, `model/${name}`),
    );
    for (const count of told ?? []) {
      expect(count).toBeGreaterThan(10);
      expect(count).toBeLessThanOrEqual(38);
      expect(Number.isInteger(count)).toBe(true);
    }
    for (const value of left ?? []) expect(value).toBeLessThan(1e-3);
    for (const value of grows ?? []) expect(Math.abs(value ?? NaN)).toBeLessThan(1);
    valuesOf(newton, 'train/loss').forEach((loss, i) =>
      expect(loss).toBeCloseTo(valuesOf(fused, 'train/loss')[i] ?? NaN, 3),
    );
    await Promise.all([newton.run.dispose(), fused.run.dispose()]);
  });

  const ownMemory = place.kind === 'tensorflow' ? ' (skipped: memory of tensorflow is allocated as it runs)' : '';
  it.skipIf(ownMemory !== '')(`takes the memory that was planned, with the second entry${ownMemory}`, async () => {
    if (missing !== null) return void expect(missing).toMatch(/./);
    const spec = specOf('deer', place);
    const program = buildProgram(unwrap(setUpRun(spec, null)));
    expect(program.entries.map(({ name }) => name)).toEqual([
      'train',
      'train/fallback',
      'evaluate',
      'evaluate/fallback',
    ]);
    const executable = await (
      await loadDevice(place.kind)
    ).compile(program, { threads: 2, module: place.module ?? 'auto' });
    expect(executable.allocatedBytes()).toBe(executable.plannedBytes().total);
    await executable.dispose();
  });
});

describe('a run that steps in and out', () => {
  it('resumes bit for bit, and goes on counting', async () => {
    const place = { kind: 'cpu' } as const;
    // Near the number of iterations that is needed: some steps settle and some do not.
    const spec = specOf('deer', place, {
      fields: { iterations: 12, layers: 2 },
      taskFields: { length: 60 },
      training: { learningRate: 3e-2 },
    });
    const whole = await begun(spec, 2.5);
    await train(whole.run, 24);
    const { fallbacks } = whole.run.cursor();
    expect(fallbacks?.steps).toBeGreaterThan(1);
    expect(fallbacks?.steps).toBeLessThan(24);
    const first = await begun(spec, 2.5);
    await train(first.run, 11);
    const saved = {
      cursor: JSON.parse(JSON.stringify(first.run.cursor())) as TrainingCursor,
      bytes: await first.run.save(),
    };
    const second = await watch(spec, saved);
    await train(second.run, 13);
    expect(await weightsOf(second.run)).toEqual(await weightsOf(whole.run));
    expect(second.run.cursor().fallbacks).toEqual(fallbacks);
    for (const metric of ['train/loss', 'model/iterations', 'model/residual', 'model/fallbacks'])
      expect(second.points.get(metric), metric).toEqual((whole.points.get(metric) ?? []).filter(([step]) => step > 11));
    await Promise.all([whole, first, second].map(({ run }) => run.dispose()));
  });

  it('still ends where the numbers themselves break, with the tensor named', async () => {
    const { run } = await watch(specOf('deer', { kind: 'cpu' }, { training: { weightDecay: 0 } }));
    await train(run, 2);
    run.setLearningRate(1e38);
    const { outcome, problem } = await train(run, 10);
    expect(outcome).toBe('diverged');
    expect(problem === null ? '' : english(problem.message)).toMatch(/first tensor that is not finite is /);
    await run.dispose();
  });
});

describe('the words for it', () => {
  const words = (steps: number, evaluations: number, first: number | null = 412, last = first): string =>
    english(fallbackWords({ to: 'fused', steps, first, last, evaluations }, 'deer', 1000));

  it('say which steps, and what computed them', () => {
    expect(words(1, 0)).toBe('Implementation deer did not settle at step 412; this step was computed by fused.');
    expect(words(3, 1, 5, 900)).toBe(
      'Implementation deer did not settle at 3 of 1,000 steps, first 5, last 900; these were computed by fused. So was 1 evaluation.',
    );
    expect(words(0, 2, null)).toBe(
      'Implementation deer did not settle in 2 evaluations; these were computed by fused.',
    );
  });
});
