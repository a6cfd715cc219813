// The check every op goes through: each device against the reference with poisoned outputs, and the gradient against
// central differences of the float64 reference. Knows no test runner: what failed comes back as sentences.
import { sizeOf } from '../core/tensor.ts';
import { RandomStream } from '../core/philox.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { add, affine, mul, reduceSum } from '../ops/functional.ts';
import type { OpKind } from '../ops/kinds.ts';
import { opTable } from '../ops/registry.ts';
import { drawInput, type OpCase } from './cases.ts';
import { compare, failures, largest, type Comparison } from './compare.ts';
import { centralDifferenceTolerance, tolerances } from './tolerances.ts';

/** A device as it is to be tested: once with poisoned outputs and once as it normally runs, where results may be in place. */
export interface DeviceUnderTest {
  readonly device: Device;
  readonly options: CompileOptions;
}

const poisoned: CompileOptions = { threads: 1, poison: true };

interface CheckedProgram {
  readonly program: Program;
  readonly inputs: readonly string[];
  /** Variables to compare after entry `direct` or `scratch`: outputs, and inputs that must be as the op left them. */
  readonly results: readonly string[];
  /** Weights of the loss, one variable a differentiable output. */
  readonly weights: readonly string[];
  /** Gradient variables, by input place. */
  readonly gradients: ReadonlyMap<number, string>;
}

const inputName = (place: number) => `input${place}`;

/** Floating inputs that the case wants gradients of; none when the op has no gradient. */
function wantedInputs(kind: OpKind, test: OpCase): number[] {
  if (!opTable[kind]?.gradient) return [];
  const floats = test.inputs.flatMap(({ type }, place) => (type.dtype === 'f32' ? [place] : []));
  return floats.filter((place) => test.wanted?.includes(place) ?? true);
}

/** Reads the inputs; `scratch` passes floats through a copy first, so that a planner may compute in place. */
function readInputs(builder: GraphBuilder, test: OpCase, kept: readonly number[], scratch: boolean): ValueId[] {
  return test.inputs.map(({ type }, place) => {
    const value = builder.read(builder.program.variable(inputName(place), type, 'input'));
    return scratch && type.dtype === 'f32' && !kept.includes(place) ? affine(builder, value, 1) : value;
  });
}

/** sum over the differentiable outputs of sum(output weight): mixes all of them. */
function mixedLoss(builder: GraphBuilder, test: OpCase, outputs: readonly ValueId[]): ValueId {
  const chosen = outputs.filter((_, i) => test.differentiable?.includes(i) ?? true);
  const parts = chosen.map((output, i) => {
    const weight = builder.read(builder.program.variable(`weight${i}`, builder.type(output), 'input'));
    return reduceSum(builder, mul(builder, output, weight), 'all');
  });
  return parts.reduce((sum, part) => add(builder, sum, part));
}

function store(builder: GraphBuilder, name: string, value: ValueId): string {
  const variable = builder.read(builder.program.variable(name, builder.type(value), 'output'));
  builder.apply('assign', [variable, value], {});
  return name;
}

function buildForward(program: ProgramBuilder, kind: OpKind, test: OpCase, scratch: boolean): string[] {
  const mutated = opTable[kind]?.mutates ?? [];
  return program.entry(scratch ? 'scratch' : 'direct', (builder) => {
    const outputs = builder.apply(kind, readInputs(builder, test, mutated, scratch), test.attrs);
    return outputs.map((output, i) => store(builder, `output${i}`, output));
  });
}

function buildBackward(program: ProgramBuilder, kind: OpKind, test: OpCase, wanted: number[]): Map<number, string> {
  program.entry('loss', (builder) => {
    const outputs = builder.apply(kind, readInputs(builder, test, [], false), test.attrs);
    store(builder, 'loss', mixedLoss(builder, test, outputs));
  });
  return program.entry('gradient', (builder) => {
    const variables = readInputs(builder, test, [], false);
    const loss = mixedLoss(builder, test, builder.apply(kind, readInputs(builder, test, [], true), test.attrs));
    const found = gradients(
      builder,
      loss,
      wanted.map((place) => variables[place]),
    );
    const names = wanted.map((place, i): [number, string] => {
      const gradient = found[i];
      if (gradient === null || gradient === undefined)
        throw new Error(`${test.name}: input ${place} must have a gradient`);
      return [place, store(builder, `gradient${place}`, gradient)];
    });
    return new Map(names);
  });
}

function buildProgram(kind: OpKind, test: OpCase): CheckedProgram {
  const program = new ProgramBuilder(opTable);
  const outputs = buildForward(program, kind, test, false);
  buildForward(program, kind, test, true);
  const wanted = wantedInputs(kind, test);
  const gradientNames = wanted.length > 0 ? buildBackward(program, kind, test, wanted) : new Map<number, string>();
  const inputs = test.inputs.map((_, place) => inputName(place));
  const weights = program.variables.filter(({ name }) => name.startsWith('weight')).map(({ name }) => name);
  return { program: program.finish(), inputs, results: [...outputs, ...inputs], weights, gradients: gradientNames };
}

function writeInputs(executable: Executable, checked: CheckedProgram, test: OpCase): void {
  test.inputs.forEach((input, place) => executable.write(inputName(place), drawInput(test.name, place, input)));
  checked.weights.forEach((name, i) => {
    const stream = new RandomStream(7, `${test.name}/weight${i}`);
    const size = sizeOf(executable.typeOf(name).shape);
    executable.write(
      name,
      Float64Array.from({ length: size }, () => Math.fround(stream.normal())),
    );
  });
}

/** Every variable of `names` after one run of `entry` on fresh inputs. */
async function resultsOf(
  executable: Executable,
  entry: string,
  checked: CheckedProgram,
  names: readonly string[],
  test: OpCase,
): Promise<Map<string, ArrayLike<number>>> {
  writeInputs(executable, checked, test);
  executable.run(entry);
  const results = new Map<string, ArrayLike<number>>();
  for (const name of names) results.set(name, await executable.read(name));
  return results;
}

/** A device against the reference, in each entry. */
async function checkDevice(
  kind: OpKind,
  test: OpCase,
  checked: CheckedProgram,
  reference: Executable,
  { device, options }: DeviceUnderTest,
): Promise<Comparison[]> {
  const executable = await device.compile(checked.program, options);
  const comparisons: Comparison[] = [];
  const gradientNames = [...checked.gradients.values()];
  const entries = gradientNames.length > 0 ? ['direct', 'scratch', 'gradient'] : ['direct', 'scratch'];
  try {
    for (const entry of entries) {
      const names = entry === 'gradient' ? gradientNames : checked.results;
      const want = await resultsOf(reference, entry, checked, names, test);
      const got = await resultsOf(executable, entry, checked, names, test);
      for (const [name, values] of want) {
        const label = `${test.name}: ${name} of ${entry} on ${device.kind} (${options.threads} threads${options.poison ? ', poisoned' : ''})`;
        const allowed = entry === 'gradient' ? gradientTolerance(kind) : tolerances[kind].relative;
        comparisons.push(compare(label, got.get(name) ?? [], values, allowed));
      }
    }
  } finally {
    await executable.dispose();
  }
  return comparisons;
}

/** The gradient op's tolerance, but never below rounding: the loss around it multiplies and adds. */
function gradientTolerance(kind: OpKind): number {
  const own = tolerances[kind].relative;
  const gradientKind = `${kind}Grad`;
  const backward = isKind(gradientKind) ? tolerances[gradientKind].relative : own;
  return Math.max(own, backward, tolerances.reduceSum.relative);
}

const isKind = (name: string): name is OpKind => name in tolerances;

const step = 1e-5;
const exhaustiveSize = 24;

/** Directions to difference along: every axis of a small input, else three random ones. */
function directions(name: string, place: number, size: number): Float64Array[] {
  if (size <= exhaustiveSize) return Array.from({ length: size }, (_, i) => new Float64Array(size).fill(1, i, i + 1));
  const stream = new RandomStream(11, `${name}/direction${place}`);
  return Array.from({ length: 3 }, () => Float64Array.from({ length: size }, () => stream.normal()));
}

async function lossAt(reference: Executable, variable: string, values: Float64Array): Promise<number> {
  reference.write(variable, values);
  reference.run('loss');
  const loss = await reference.read('loss');
  return loss[0];
}

/** The graph's gradient against (loss(x + s d) - loss(x - s d)) / 2s, in float64. */
async function checkGradients(test: OpCase, checked: CheckedProgram, reference: Executable): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const found = await resultsOf(reference, 'gradient', checked, [...checked.gradients.values()], test);
  for (const [place, name] of checked.gradients) {
    const gradient = found.get(name) ?? [];
    const start = drawInput(test.name, place, test.inputs[place]);
    const along: number[] = [];
    const numeric: number[] = [];
    for (const direction of directions(test.name, place, start.length)) {
      const ahead = await lossAt(
        reference,
        inputName(place),
        start.map((value, i) => value + step * direction[i]),
      );
      const behind = await lossAt(
        reference,
        inputName(place),
        start.map((value, i) => value - step * direction[i]),
      );
      numeric.push((ahead - behind) / (2 * step));
      along.push(direction.reduce((sum, part, i) => sum + part * gradient[i], 0));
    }
    reference.write(inputName(place), start);
    const label = `${test.name}: gradient of input ${place} against central differences`;
    const scale = Math.max(1, largest(gradient), largest(numeric));
    comparisons.push(compare(label, along, numeric, centralDifferenceTolerance, scale));
  }
  return comparisons;
}

export interface CheckReport {
  /** How many labelled comparisons were made. */
  readonly comparisons: number;
  readonly failures: readonly string[];
  /** The same comparisons by device; `reference` = gradients against central differences. */
  readonly byDevice: ReadonlyMap<string, readonly Comparison[]>;
}

/** `cpu, 2 threads`. */
export const titleOf = ({ device, options }: DeviceUnderTest): string =>
  device.kind === 'reference'
    ? device.kind
    : `${device.kind}, ${options.threads === 0 ? 'all' : options.threads} ${options.threads === 1 ? 'thread' : 'threads'}`;

/**
 * Runs each case of an op on each device and compares outputs, untouched inputs and every gradient with the reference, then
 * the reference's gradients with central differences.
 */
export async function checkOp<K extends OpKind>(
  kind: K,
  cases: readonly OpCase<K>[],
  devices: readonly DeviceUnderTest[],
): Promise<CheckReport> {
  const byDevice = new Map<string, Comparison[]>();
  const note = (title: string, found: readonly Comparison[]) => {
    const list = byDevice.get(title) ?? [];
    byDevice.set(title, list);
    list.push(...found);
  };
  for (const test of cases) {
    const checked = buildProgram(kind, test);
    const reference = await referenceDevice.compile(checked.program, poisoned);
    for (const { device, options } of devices) {
      for (const poison of [true, false]) {
        const target = { device, options: { ...options, poison } };
        note(titleOf(target), await checkDevice(kind, test, checked, reference, target));
      }
    }
    if (checked.gradients.size > 0) note('reference', await checkGradients(test, checked, reference));
    else note('reference', await checkWritten(test, checked, reference));
    await reference.dispose();
  }
  const comparisons = [...byDevice.values()].flat();
  return { comparisons: comparisons.length, failures: failures(comparisons), byDevice };
}

/** Without a device and without a gradient, at least every output must have been written. */
async function checkWritten(test: OpCase, checked: CheckedProgram, reference: Executable): Promise<Comparison[]> {
  const direct = await resultsOf(reference, 'direct', checked, checked.results, test);
  const scratch = await resultsOf(reference, 'scratch', checked, checked.results, test);
  return [...direct].map(([name, values]) =>
    compare(`${test.name}: ${name} of both entries`, scratch.get(name) ?? [], values, 0),
  );
}
