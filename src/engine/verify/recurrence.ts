// The check for everything recurrent, a mixer or a whole stack: all its forms are the same function with the same gradient.
//   forms agree        every implementation = the step form unrolled: outputs, final state, every gradient
//   chunks             a sequence cut in two with the state carried = the sequence in one piece
//   start              no state given = the starting state given
//   differences        gradients = central differences, in float64
//   device             another device = reference
// Independent of the test runner: results are returned as comparisons.
import { RandomStream } from '../core/philox.ts';
import { sizeOf, type TensorType } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId, Variable } from '../graph/graph.ts';
import { pruneProgram } from '../graph/prune.ts';
import type { MixerOutput, StateSlot } from '../models/model.ts';
import { add, assign, concat, mul, reduceSum, reshape, slice, split } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { checkOptions, isHalf, titleOf, type DeviceUnderTest } from './check-op.ts';
import { compare, largest, type Comparison } from './compare.ts';
import { centralDifferenceTolerance } from './tolerances.ts';

export interface Form {
  readonly name: string;
  /** Largest relative error of a float32 device, for this form. */
  readonly tolerance: number;
  /** The same with activations stored in 16 bits. */
  readonly halfTolerance: number;
  parallel(builder: GraphBuilder, x: ValueId, state: readonly ValueId[] | null): MixerOutput;
}

export interface Recurrence {
  readonly name: string;
  /** [B, T, D] features, or [B, T] tokens below `vocabulary`. */
  readonly x: TensorType;
  readonly vocabulary: number;
  readonly slots: readonly StateSlot[];
  /** Every implementation; the first is checked against differences. */
  readonly forms: readonly Form[];
  step(builder: GraphBuilder, x: ValueId, state: readonly ValueId[]): MixerOutput;
  /** [B, ...shape] each: the state before the first step. */
  start(builder: GraphBuilder): readonly ValueId[];
}

export type Check = 'forms agree' | 'chunks' | 'start' | 'differences' | 'device';

export interface CheckedGroup {
  readonly check: Check;
  readonly form: string;
  readonly device: string;
  readonly comparisons: readonly Comparison[];
}

/** Float64 forms of one function: rounding over T steps, and exp and log in the log-space form. */
export const formTolerance = 1e-9;

interface Entry {
  readonly name: string;
  /** Names of result variables; equal suffixes mean equal quantities. */
  readonly results: readonly string[];
}

const definition = 'steps';
const stateName = (i: number): string => `state${i}`;

/** Compares all forms on the reference device, and the given devices with it. */
export async function checkRecurrence(
  recurrence: Recurrence,
  devices: readonly DeviceUnderTest[],
): Promise<CheckedGroup[]> {
  const { program, entries } = buildAll(recurrence);
  const reference = await referenceDevice.compile(program, { threads: 1, poison: true });
  writeAll(reference, program, recurrence);
  const want = await runAll(reference, entries);
  const groups = compareForms(recurrence, want);
  groups.push(await differences(recurrence, program, reference, want));
  await reference.dispose();
  for (const under of devices) {
    const executable = await under.device.compile(program, { ...checkOptions(under.options), poison: true });
    writeAll(executable, program, recurrence);
    groups.push(...compareDevice(recurrence, want, await runAll(executable, entries), under));
    await executable.dispose();
  }
  return groups;
}

type Results = ReadonlyMap<string, Float64Array>;

async function runAll(executable: Executable, entries: readonly Entry[]): Promise<Results> {
  const results = new Map<string, Float64Array>();
  for (const { name, results: names } of entries) {
    executable.run(name);
    for (const variable of names) results.set(variable, Float64Array.from(await executable.read(variable)));
  }
  return results;
}

function buildAll(recurrence: Recurrence): { readonly program: Program; readonly entries: readonly Entry[] } {
  const program = new ProgramBuilder(opTable);
  const entries: Entry[] = [];
  const add = (name: string, build: (builder: GraphBuilder) => readonly string[]): void => {
    entries.push({ name, results: program.entry(name, build) });
  };
  const unrolled: Form = {
    name: definition,
    tolerance: 0,
    halfTolerance: 0,
    parallel: (builder, x, state) => unroll(builder, recurrence, x, state),
  };
  for (const form of [unrolled, ...recurrence.forms]) {
    add(`${form.name}/given`, (builder) => buildGiven(builder, recurrence, form));
    add(`${form.name}/start`, (builder) =>
      buildPlain(builder, recurrence, `${form.name}/start`, form.parallel(builder, readX(builder, recurrence), null)),
    );
    if (form !== unrolled && (recurrence.x.shape[1] ?? 1) > 1)
      add(`${form.name}/chunks`, (builder) => buildChunks(builder, recurrence, form));
  }
  return { program: pruneProgram(program.finish(), opTable), entries };
}

const readX = (builder: GraphBuilder, { x }: Recurrence): ValueId =>
  builder.read(builder.program.variable('x', x, 'input'));

function readState(builder: GraphBuilder, { slots, x }: Recurrence): ValueId[] {
  const batch = x.shape[0] ?? 1;
  return slots.map((slot, i) =>
    builder.read(builder.program.variable(stateName(i), { shape: [batch, ...slot.shape], dtype: 'f32' }, 'input')),
  );
}

function store(builder: GraphBuilder, name: string, value: ValueId): string {
  assign(builder, builder.read(builder.program.variable(name, builder.type(value), 'output')), value);
  return name;
}

function buildPlain(builder: GraphBuilder, _: Recurrence, entry: string, { y, state }: MixerOutput): string[] {
  return [
    store(builder, `${entry}/y`, y),
    ...state.map((value, i) => store(builder, `${entry}/${stateName(i)}`, value)),
  ];
}

function buildGiven(builder: GraphBuilder, recurrence: Recurrence, form: Form): string[] {
  const entry = `${form.name}/given`;
  const x = readX(builder, recurrence);
  const state = readState(builder, recurrence);
  const output = form.parallel(builder, x, state);
  const loss = mixedLoss(builder, [output.y, ...output.state]);
  const weights = builder.program.variables.filter((variable) => variable.role === 'weight');
  const inputs = recurrence.x.dtype === 'f32' ? [x, ...state] : state;
  const labels = [
    ...(recurrence.x.dtype === 'f32' ? ['x'] : []),
    ...state.map((_, i) => stateName(i)),
    ...weights.map(({ name }) => name),
  ];
  const found = gradients(builder, loss, [...inputs, ...weights.map((weight) => builder.read(weight))]);
  const stored = labels.flatMap((label, i) => {
    const gradient = found[i] ?? null;
    return gradient === null ? [] : [store(builder, `${entry}/d ${label}`, gradient)];
  });
  return [...buildPlain(builder, recurrence, entry, output), store(builder, `${entry}/loss`, loss), ...stored];
}

/** Two parts, cut in the middle, with the state of the first carried into the second. */
function buildChunks(builder: GraphBuilder, recurrence: Recurrence, form: Form): string[] {
  const x = readX(builder, recurrence);
  const time = recurrence.x.shape[1] ?? 1;
  const cut = Math.ceil(time / 2);
  const first = form.parallel(builder, slice(builder, x, 1, 0, cut), readState(builder, recurrence));
  const second = form.parallel(builder, slice(builder, x, 1, cut, time - cut), first.state);
  const y = concat(builder, [first.y, second.y], 1);
  return buildPlain(builder, recurrence, `${form.name}/chunks`, { y, state: second.state });
}

function unroll(
  builder: GraphBuilder,
  recurrence: Recurrence,
  x: ValueId,
  given: readonly ValueId[] | null,
): MixerOutput {
  const [batch = 1, time = 1, ...rest] = recurrence.x.shape;
  const parts =
    time === 1
      ? [x]
      : split(
          builder,
          x,
          1,
          Array.from({ length: time }, () => 1),
        );
  let state = given ?? recurrence.start(builder);
  const outputs = parts.map((part) => {
    const result = recurrence.step(builder, reshape(builder, part, [batch, ...rest]), state);
    state = result.state;
    return reshape(builder, result.y, [batch, 1, ...builder.shape(result.y).slice(1)]);
  });
  return { y: outputs.length === 1 ? outputs[0] : concat(builder, outputs, 1), state };
}

/** sum over all outputs of sum(output weight): mixes outputs and final state. */
function mixedLoss(builder: GraphBuilder, outputs: readonly ValueId[]): ValueId {
  const terms = outputs.map((output, i) => {
    const weight = builder.read(builder.program.variable(`mix${i}`, builder.type(output), 'input'));
    return reduceSum(builder, mul(builder, output, weight), 'all');
  });
  return terms.reduce((sum, term) => add(builder, sum, term));
}

function writeAll(executable: Executable, program: Program, recurrence: Recurrence): void {
  for (const variable of program.variables) {
    if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, 3));
    if (variable.role === 'input') executable.write(variable.name, drawn(variable, recurrence));
  }
}

/** Inputs exact in float32; states that are positive by definition stay so. */
function drawn({ name, type }: Variable, { name: who, slots, vocabulary }: Recurrence): Float64Array {
  const random = new RandomStream(5, `${who}/${name}`);
  const positive = slots.some((slot, i) => stateName(i) === name && slot.positive === true);
  return Float64Array.from({ length: sizeOf(type.shape) }, () => {
    if (type.dtype === 'i32') return random.below(vocabulary);
    return Math.fround(positive ? 0.1 + random.uniform() : random.normal());
  });
}

const get = (results: Results, name: string): Float64Array => {
  const found = results.get(name);
  if (!found) throw new Error(`recurrence: result ${name} must be there`);
  return found;
};

/** Results of an entry by quantity: `y`, `state0`, `d x`. */
const endings = (results: Results, entry: string): string[] =>
  [...results.keys()].filter((name) => name.startsWith(`${entry}/`)).map((name) => name.slice(entry.length + 1));

function compareForms({ name, forms }: Recurrence, results: Results): CheckedGroup[] {
  const pair = (got: string, want: string): Comparison[] =>
    endings(results, got).map((what) =>
      compare(
        `${name}: ${what} of ${got} against ${want}`,
        get(results, `${got}/${what}`),
        get(results, `${want}/${what}`),
        formTolerance,
        scaleOf(get(results, `${want}/${what}`)),
      ),
    );
  return forms.flatMap((form) => {
    const group = (check: Check, comparisons: Comparison[]): CheckedGroup => ({
      check,
      form: form.name,
      device: 'reference',
      comparisons,
    });
    return [
      group('forms agree', pair(`${form.name}/given`, `${definition}/given`)),
      group('chunks', pair(`${form.name}/chunks`, `${definition}/given`)),
      group('start', pair(`${form.name}/start`, `${definition}/start`)),
    ];
  });
}

/** Errors are measured against the largest element, and never against less than a thousandth. */
const scaleOf = (values: ArrayLike<number>): number => Math.max(largest(values), 1e-3);

/**
 * The typical size of a mixed loss with standard normal weights: if its terms cancel, their rounding errors do not.
 */
function lossScale(results: Results, loss: string): number {
  const entry = loss.slice(0, -'/loss'.length);
  const outputs = endings(results, entry).filter((what) => what === 'y' || what.startsWith('state'));
  return Math.max(1e-3, Math.hypot(...outputs.flatMap((what) => [...get(results, `${entry}/${what}`)])));
}

function compareDevice(
  { name, forms }: Recurrence,
  want: Results,
  got: Results,
  under: DeviceUnderTest,
): CheckedGroup[] {
  const label = titleOf(under);
  const half = isHalf(under.options);
  return forms.map((form): CheckedGroup => {
    const names = [...want.keys()].filter((result) => result.startsWith(`${form.name}/`));
    const comparisons = names.map((result) =>
      compare(
        `${name}: ${result} on ${label}`,
        get(got, result),
        get(want, result),
        half ? form.halfTolerance : form.tolerance,
        half && result.endsWith('/loss') ? lossScale(want, result) : scaleOf(get(want, result)),
      ),
    );
    return { check: 'device', form: form.name, device: label, comparisons };
  });
}

/** Small, so that no pre-activation crosses the kink of g within it; the sums stay exact to 1e-9 of the loss. */
const step = 1e-6;

/** Directional derivative of the loss along one random direction of each float input and weight. */
async function differences(
  recurrence: Recurrence,
  program: Program,
  reference: Executable,
  results: Results,
): Promise<CheckedGroup> {
  const form = recurrence.forms[0]?.name ?? definition;
  const comparisons: Comparison[] = [];
  for (const variable of program.variables) {
    const gradient = results.get(`${form}/given/d ${variable.name}`);
    if (!gradient) continue;
    const at = Float64Array.from(await reference.read(variable.name));
    const random = new RandomStream(9, `${recurrence.name}/${variable.name}`);
    const direction = at.map(() => random.normal());
    const lossAt = async (shift: number): Promise<number> => {
      reference.write(
        variable.name,
        at.map((value, i) => value + shift * (direction[i] ?? 0)),
      );
      reference.run(`${form}/given`);
      return (await reference.read(`${form}/given/loss`))[0] ?? NaN;
    };
    const numeric = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    reference.write(variable.name, at);
    const along = gradient.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
    const size = Math.hypot(...gradient) * Math.hypot(...direction);
    const label = `${recurrence.name}: d ${variable.name} of ${form} against central differences`;
    comparisons.push(compare(label, [along], [numeric], centralDifferenceTolerance, Math.max(size, 1e-3)));
  }
  return { check: 'differences', form, device: 'reference', comparisons };
}
