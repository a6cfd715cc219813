// Text is written with states that are changed where they lie: symbol by symbol they give what the model's own step gives, before the room of a
// cache is full, when it is, and long after.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { f32, i32 } from '../core/tensor.ts';
import type { CompileOptions, Device } from '../device/device.ts';
import { loadDevice } from '../device/registry.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import type { Program } from '../graph/graph.ts';
import { assign } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import type { FieldValues } from '../spec/fields.ts';
import { readInput, write } from '../training/program.ts';
import { buildStep, readerNames } from '../training/reader-program.ts';
import { setUpRun, type RunSetup } from '../training/setup.ts';
import { smallSpec, smallText } from '../verify/small-run.ts';
import { startingValues } from './initialisers/registry.ts';
import { models, type ModelKind } from './registry.ts';
import { stackStart, stackState, stackStep } from './stack.ts';

const batch = 2;
const room = 6;
const length = 20;

function setUp(model: ModelKind, fields: FieldValues): RunSetup {
  const spec = smallSpec({ model, fields, task: 'char-text-v1', taskFields: { length: 8, evalSequences: 1 } });
  const setup = unwrap(setUpRun(spec, smallText));
  return { ...setup, stack: { ...setup.stack, longest: room } };
}

/** As the program that writes, with the states of the model's own step, which are replaced. */
function plainStep({ stack }: RunSetup): Program {
  const program = new ProgramBuilder(opTable);
  const variables = stackState(stack).map(({ name, shape }) =>
    program.variable(readerNames.state(name), f32(batch, ...shape), 'state'),
  );
  program.entry('begin', (b) => {
    stackStart(b, batch, stack).forEach((value, i) => assign(b, b.read(variables[i]), value));
  });
  program.entry('step', (b) => {
    const x = readInput(b, readerNames.step.x, i32(batch));
    const { y, state } = stackStep(
      b,
      [x],
      variables.map((variable) => b.read(variable)),
      stack,
    );
    write(b, readerNames.step.logits, y);
    state.forEach((value, i) => assign(b, b.read(variables[i]), value));
  });
  return program.finish();
}

function writingStep(setup: RunSetup): Program {
  const program = new ProgramBuilder(opTable);
  buildStep(program, setup, batch);
  return program.finish();
}

async function logitsOf(device: Device, options: CompileOptions, program: Program): Promise<number[]> {
  const executable = await device.compile(program, options);
  for (const variable of program.variables)
    if (variable.role === 'weight')
      executable.write(
        variable.name,
        startingValues(variable, 3).map((one) => 10 * one),
      );
  executable.run('begin');
  const found: number[] = [];
  for (let t = 0; t < length; t++) {
    executable.write(
      readerNames.step.x,
      Int32Array.from({ length: batch }, (_, b) => (5 * t + 3 * b) % 9),
    );
    executable.run('step');
    found.push(...(await executable.read(readerNames.step.logits)));
  }
  expect(executable.allocatedBytes()).toBe(executable.plannedBytes().total);
  await executable.dispose();
  return found;
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((one, i) => Math.abs(one - (b[i] ?? NaN)))) / Math.max(...b.map(Math.abs));

const kinds = (Object.keys(models) as ModelKind[]).filter((kind) => models[kind].writing !== undefined);
const settings: readonly FieldValues[] = [
  {},
  { positions: 'none', bias: true },
  { stack: 'nanogpt', positions: 'none', heads: 2 },
];

describe.each(kinds)('%s', (kind) => {
  it.each(settings)('writes what its step gives, with %o', async (fields) => {
    const setup = setUp(kind, { d: 12, layers: 2, expansion: 1, ...fields });
    const reference = await loadDevice('reference');
    const want = await logitsOf(reference, { threads: 1 }, plainStep(setup));
    const program = writingStep(setup);
    expect(distance(await logitsOf(reference, { threads: 1 }, program), want)).toBeLessThan(1e-9);
    const cpu = await loadDevice('cpu');
    expect(distance(await logitsOf(cpu, { threads: 2, module: 'wasm' }, program), want)).toBeLessThan(2e-5);
  });
});
