// The slab schedule gives the results of op by op, for every model and task: the same numbers up to the order of sums, the same bits for any
// number of threads, with memory that does not grow with the batch.
import { english } from '../core/say.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { f32, i32, sizeOf } from '../core/tensor.ts';
import { compileCpu, cpuDevice, planCpu } from '../device/cpu/index.ts';
import type { CompileOptions, Executable } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId, Variable } from '../graph/graph.ts';
import { everywhere } from '../models/model.ts';
import { models, type ModelKind } from '../models/registry.ts';
import * as ops from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { smallSpec, smallText, type SmallRun } from '../verify/small-run.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { firstBadTensor } from './nan-guard.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';

function programOf(run: SmallRun): Program {
  const setup = setUpRun(smallSpec(run), smallText);
  if (!setup.ok) throw new Error(english(setup.error.message));
  return buildProgram(setup.value);
}

/** Data of the right kind for every input: ids in range, some targets ignored (more in some samples than in others), masks of 0 and 1. */
function inputOf({ name, type }: Variable, classes: number): readonly number[] | null {
  const stream = new RandomStream(7, name);
  const values = (draw: (i: number) => number): number[] =>
    Array.from({ length: sizeOf(type.shape) }, (_, i) => draw(i));
  const rows = sizeOf(type.shape.slice(1));
  const kind = name.split('/').at(-1);
  if (kind === 'counter') return [1, 2, 3, 0, 0];
  if (kind === 'share') return [1];
  if (kind === 'counted') return values((i) => (stream.below(3) < Math.floor(i / rows) % 4 ? 0 : 1));
  if (type.dtype === 'f32') return kind === 'pairs' || kind === 'sum' ? values(() => stream.normal()) : null;
  if (kind === 'wanted')
    return values((i) => (stream.below(4) < Math.floor(i / rows) % 4 ? -1 : stream.below(classes)));
  return values(() => stream.below(classes));
}

interface Trace {
  readonly losses: readonly number[];
  readonly weights: ReadonlyMap<string, readonly number[]>;
  readonly evaluation: readonly number[];
}

const outputs = (program: Program): readonly string[] =>
  program.variables.filter(({ name }) => /^evaluate.(loss|count|hits)$/.test(name)).map(({ name }) => name);

async function traceOf(program: Program, options: CompileOptions, classes: number, steps = 5): Promise<Trace> {
  const executable = await compileCpu(program, options);
  for (const variable of program.variables) {
    const data = variable.role === 'weight' ? startingValues(variable, 3) : inputOf(variable, classes);
    if (data && variable.role !== 'output') executable.write(variable.name, data);
  }
  const losses: number[] = [];
  const parts = program.entries.some(({ name }) => name === 'train')
    ? ['train']
    : ['accumulate', 'accumulate', 'update'];
  for (let step = 1; step <= steps; step++) {
    executable.write('hyper', [1e-2, 1 - 0.9 ** step, 1 - 0.999 ** step, 0]);
    for (const entry of parts) executable.run(entry);
    losses.push(...(await executable.read('loss')));
  }
  executable.run('evaluate');
  const evaluation: number[] = [];
  for (const name of outputs(program)) evaluation.push(...(await executable.read(name)));
  const weights = await readWeights(executable, program);
  expect(executable.plannedBytes().total).toBe(executable.allocatedBytes());
  await executable.dispose();
  return { losses, weights, evaluation };
}

async function readWeights(executable: Executable, program: Program): Promise<Map<string, readonly number[]>> {
  const weights = new Map<string, readonly number[]>();
  for (const { name, role } of program.variables) {
    if (role === 'weight' || role === 'optimiser') weights.set(name, [...(await executable.read(name))]);
  }
  return weights;
}

/** Largest difference over the largest magnitude. */
function distance(a: readonly number[], b: readonly number[]): number {
  const size = Math.max(1e-6, ...a.map(Math.abs));
  return Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] ?? NaN)))) / size;
}

async function expectSame(run: SmallRun, classes: number): Promise<void> {
  const program = programOf(run);
  const [entry] = program.entries.map(({ name }) => name);
  const plan = planCpu(program, { threads: 1, schedule: 'slab' });
  expect(plan.entries.get(entry)?.schedule).toMatchObject({ kind: 'slab' });
  expect(plan.entries.get('evaluate')?.schedule).toMatchObject({ kind: 'slab' });
  expect(plan.entries.get(entry)?.flops).toBeGreaterThan(200_000);
  const byOp = await traceOf(program, { threads: 1, schedule: 'op-by-op' }, classes);
  const slab = await traceOf(program, { threads: 1, schedule: 'slab' }, classes);
  expect(distance(byOp.losses, slab.losses)).toBeLessThan(2e-5);
  expect(distance(byOp.evaluation, slab.evaluation)).toBeLessThan(2e-5);
  const again = await traceOf(program, { threads: 3, schedule: 'slab', poison: true }, classes);
  expect(again).toEqual(slab);
  await expectSameGradients(program, classes);
}

/** After one step, Adam's first moments are the clipped gradients times 0.1. */
async function expectSameGradients(program: Program, classes: number): Promise<void> {
  const byOp = await traceOf(program, { threads: 1, schedule: 'op-by-op' }, classes, 1);
  const slab = await traceOf(program, { threads: 2, schedule: 'slab' }, classes, 1);
  const moments = [...byOp.weights].filter(([name]) => name.startsWith('optimiser/m/'));
  expect(moments.length).toBeGreaterThan(3);
  for (const [name, values] of moments) expect(distance(values, slab.weights.get(name) ?? []), name).toBeLessThan(1e-4);
}

const everything = { norm: 'rmsNorm', conv: true, mlp: true, dropout: 0.2, learnedStart: true };
/** What tells of its steps takes a maximum over the batch, which parts of it do not have. */
const cases = Object.entries(models).flatMap(([kind, { implementations }]) =>
  everywhere(implementations).map(({ id, tells }) => [kind as ModelKind, id, tells !== undefined] as const),
);
const inParts = cases.filter(([, , tells]) => !tells);
const whole = cases.filter(([, , tells]) => tells);

describe('slab gives what op by op gives', () => {
  test.each(inParts)('%s, %s', async (model, implementation) => {
    const training = { batch: 6, clip: 1 };
    await expectSame(
      { model, implementation, task: 'char-text-v1', fields: { ...everything, layers: 2 }, training },
      12,
    );
  });

  test.each(whole)('%s, %s trains op by op, and says why', (model, implementation) => {
    const program = programOf({ model, implementation, task: 'char-text-v1', training: { batch: 6 } });
    const plan = planCpu(program, { threads: 1 });
    expect(plan.entries.get('train')?.schedule).toMatchObject({ kind: 'op-by-op' });
  });

  test('three samples a piece, layer norm, positions to ignore that differ between samples', async () => {
    await expectSame({ fields: { norm: 'layerNorm', dropout: 0.3 }, training: { batch: 24 } }, 6);
  });

  test('regression over masked positions', async () => {
    await expectSame({ task: 'adding-v1', taskFields: { length: 30 }, training: { batch: 6 } }, 2);
  });

  test('pieces that begin within a block of the random words of dropout', async () => {
    const fields = { d: 7, dropout: 0.3 };
    await expectSame({ task: 'adding-v1', fields, taskFields: { length: 31 }, training: { batch: 6 } }, 2);
  });

  test('gradients added up over parts of a batch', async () => {
    await expectSame({ task: 'char-text-v1', training: { batch: 12, accumulate: 2 } }, 12);
  });
});

/** Loss of a linear classifier of rows [batch, 5], and what `build` makes of the logits before it. */
function classifier(
  batch: number,
  build: (builder: GraphBuilder, logits: ValueId) => ValueId,
  samples = true,
): Program {
  const program = new ProgramBuilder(opTable);
  const options = samples ? { samples } : {};
  program.entry('train', (b) => {
    const x = b.read(program.variable('x', f32(batch, 5), 'input', options));
    const y = b.read(program.variable('y', i32(batch), 'input', options));
    const weight = b.parameter('weight', f32(3, 5), { kind: 'normal', deviation: 1 });
    const { loss } = ops.softmaxCrossEntropy(b, build(b, ops.linear(b, x, weight, null)), y);
    const [gradient] = gradients(b, loss, [weight]);
    ops.assign(b, b.read(program.variable('loss', f32(), 'output')), loss);
    if (gradient !== null) ops.assign(b, b.read(program.variable('gradient', f32(3, 5), 'output')), gradient);
  });
  return program.finish();
}

const plain = (_: GraphBuilder, logits: ValueId): ValueId => logits;
const slabOf = (program: Program, threads = 1) => planCpu(program, { threads, schedule: 'slab' });

test('the guard against numbers that are not finite names the same tensor', async () => {
  const program = programOf({ task: 'char-text-v1', training: { batch: 8 } });
  const found: (string | null)[] = [];
  for (const schedule of ['op-by-op', 'slab'] as const) {
    const options = { threads: 2, schedule };
    const executable = await compileCpu(program, options);
    for (const variable of program.variables) {
      const data =
        variable.role === 'weight' ? startingValues(variable, 3).map((w) => w * 1e25) : inputOf(variable, 12);
      if (data && variable.role !== 'output') executable.write(variable.name, data);
    }
    const broken = { program, entry: 'train', executable, device: cpuDevice, options, parts: 1, feed: () => undefined };
    found.push(await firstBadTensor(broken));
    await executable.dispose();
  }
  expect(found[0]).toMatch(/^layer0/);
  expect(found[1]).toBe(found[0]);
});

/** The bits of all weights and moments after many steps, with pauses at random moments so that threads fall asleep and are woken. */
async function weightsAfter(program: Program, threads: number, steps: number): Promise<ReadonlyMap<string, unknown>> {
  const executable = await compileCpu(program, { threads, schedule: 'slab' });
  for (const variable of program.variables) {
    const data = variable.role === 'weight' ? startingValues(variable, 3) : inputOf(variable, 12);
    if (data && variable.role !== 'output') executable.write(variable.name, data);
  }
  const stream = new RandomStream(threads, 'pauses');
  for (let step = 1; step <= steps; step++) {
    executable.write('hyper', [1e-3, 1 - 0.9 ** step, 1 - 0.999 ** step, 0]);
    executable.run('train');
    if (stream.below(20) === 0) await pause(stream.below(4));
  }
  const weights = await readWeights(executable, program);
  await executable.dispose();
  return weights;
}

test('1, 2 and 3 threads leave the same bits after 1,000 steps with pauses', async () => {
  const program = programOf({ task: 'char-text-v1', fields: everything, training: { batch: 11, clip: 1 } });
  const one = await weightsAfter(program, 1, 1000);
  for (const threads of [2, 3]) expect(await weightsAfter(program, threads, 1000)).toEqual(one);
});

describe('the slab plan', () => {
  test('activations stop growing with the batch, inputs do not', () => {
    const program = (batch: number) =>
      programOf({ task: 'char-text-v1', fields: { d: 64, layers: 2 }, training: { batch } });
    const [small, large] = [2048, 4096].map((batch) => slabOf(program(batch), 2).report);
    expect(large.activations).toBe(small.activations);
    expect(large.workspace).toBe(small.workspace);
    expect(large.inputOutput).toBeGreaterThan(small.inputOutput);
    const byOp = planCpu(program(4096), { threads: 2, schedule: 'op-by-op' }).report;
    expect(large.total).toBeLessThan(byOp.total / 8);
  });

  const autoOf = (run: SmallRun, threads = 2) =>
    planCpu(programOf({ task: 'char-text-v1', taskFields: { length: 64 }, ...run }), { threads }).entries.get('train');
  const wide = { layers: 2, d: 64 };

  test('auto: many activations and no cell that wants many samples at once', () => {
    const training = { batch: 96 };
    const slab = autoOf({ fields: wide, training })?.schedule;
    expect(slab).toMatchObject({ kind: 'slab' });
    expect(autoOf({ fields: wide, training }, 7)?.schedule).toEqual(slab);
    expect(autoOf({ fields: wide, training: { batch: 2 } })?.schedule).toMatchObject({
      refused: 'entry train is small',
    });
    for (const run of [{ model: 'gru' }, { model: 'elman', implementation: 'loop' }] as const) {
      const schedule = autoOf({ ...run, fields: { ...wide, layers: 3 }, training })?.schedule;
      expect(schedule).toMatchObject({ refused: 'entry train is faster with many samples at once' });
    }
  });

  test('the cut does not depend on the number of threads', () => {
    const cuts = [1, 2, 5].map((threads) => slabOf(classifier(12, plain), threads).entries.get('train')?.schedule);
    expect(cuts).toEqual([{ kind: 'slab', part: 1, pieces: 12 }, cuts[0], cuts[0]]);
  });

  test('a value that mixes samples is named, and so is a batch that nothing marks', () => {
    const centred = classifier(6, (b, logits) => ops.sub(b, logits, ops.reduceSum(b, logits, 'rows')));
    expect(() => slabOf(centred)).toThrow(/binary \(.*\) needs a sum over all samples/);
    expect(() => slabOf(classifier(6, plain, false))).toThrow(/no batch of two samples/);
    expect(() => slabOf(classifier(1, plain))).toThrow(/no batch of two samples/);
  });

  test.each([
    ['targets in some samples only', [-1, 2, -1, -1, 0, 1]],
    ['no target at all: loss and gradient 0', [-1, -1, -1, -1, -1, -1]],
  ])('%s', async (_, targets) => {
    const program = classifier(6, plain);
    const results: (readonly number[])[] = [];
    for (const schedule of ['op-by-op', 'slab'] as const) {
      const executable = await compileCpu(program, { threads: 2, schedule });
      executable.write(
        'weight',
        Array.from({ length: 15 }, (__, i) => Math.sin(i)),
      );
      executable.write(
        'x',
        Array.from({ length: 30 }, (__, i) => Math.cos(3 * i)),
      );
      executable.write('y', targets);
      executable.run('train');
      results.push([...(await executable.read('loss')), ...(await executable.read('gradient'))]);
      await executable.dispose();
    }
    expect(distance(results[0], results[1])).toBeLessThan(1e-6);
    if (targets.every((target) => target < 0)) expect(results[1].every((value) => value === 0)).toBe(true);
  });
});
