// Golden vectors of another implementation (PyTorch in float64): a graph for each case from its file name and config, run on a
// device and compared in outputs, loss and every gradient. Takes parsed JSON; independent of the file system.
import { itemAt } from '../core/item.ts';
import { sizeOf, type TensorType } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, assign, constant, mul, reduceSum } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { compare, largest, type Comparison } from './compare.ts';
import { tensorIn } from './golden-read.ts';
import { recipesFor } from './golden-recipes.ts';
import type { LogScanError } from './log-scan-error.ts';
import { sensitivityOf } from './sensitivity.ts';
import { goldenTolerance } from './tolerances.ts';

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype?: 'int32';
  readonly data: readonly number[];
}

export type GoldenTensors = Readonly<Record<string, GoldenTensor>>;
export type GoldenConfig = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** A case of one layer or function. */
export interface GoldenLayerCase {
  readonly name: string;
  readonly config: GoldenConfig;
  readonly inputs: GoldenTensors;
  readonly params: GoldenTensors;
  readonly outputs: GoldenTensors;
  readonly w: GoldenTensors;
  readonly loss: number;
  readonly grads: GoldenTensors;
}

export interface GoldenFile<C = GoldenLayerCase> {
  readonly file: string;
  readonly cases: readonly C[];
}

/** One way to build a case: an op, or one implementation of a model. */
export interface GoldenRecipe {
  readonly title: string;
  /** Outputs that are listed only for comparison (weight 0 in the loss), in a form that this program does not have. */
  readonly omits?: readonly string[];
  /**
   * Weights that the build declares, each with the parameters it is made of, joined along the first axis; `W[1::2]` = every second row from 1,
   * `W[8:]` = rows from 8 on, `R^T` = its matrices turned over.
   */
  readonly weights: Readonly<Record<string, readonly string[]>>;
  /** Inputs whose gradient this way of computing does not have. */
  readonly withoutGradient?: readonly string[];
  /** Tolerance for float32 if it depends on the values of the case; goldenTolerance when absent. */
  readonly error?: LogScanError;
  /** Errors grow with a recurrent matrix: what inputs rounded to float32 change is added to what float32 is allowed. */
  readonly grows?: boolean;
  build(builder: GraphBuilder, tensor: (name: string) => ValueId): Readonly<Record<string, ValueId>>;
}

const typeOf = ({ shape, dtype }: GoldenTensor): TensorType => ({ shape, dtype: dtype === 'int32' ? 'i32' : 'f32' });

/** Ignored targets are -1 here, whatever number the file uses. */
const numbersOf = ({ data, dtype }: GoldenTensor): readonly number[] =>
  dtype === 'int32' ? data.map((value) => Math.max(value, -1)) : data;

/** What is compared: a variable of the program and the numbers it must hold. */
type Expectations = Map<string, readonly number[]>;

interface BuiltCase {
  readonly program: ProgramBuilder;
  readonly expected: Expectations;
  readonly written: ReadonlyMap<string, readonly number[]>;
}

function store(builder: GraphBuilder, name: string, value: ValueId): void {
  assign(builder, builder.read(builder.program.variable(name, builder.type(value), 'output')), value);
}

/** The outputs of a case that a recipe gives. */
const outputsOf = ({ outputs }: GoldenLayerCase, { omits }: GoldenRecipe): [string, GoldenTensor][] =>
  Object.entries(outputs).filter(([name]) => !omits?.includes(name));

/** A matrix turned over; of a tensor with more extents every matrix [n, rest] along the first one: [rest, n]. */
function turned({ shape, data }: GoldenTensor): readonly number[] {
  const [count, rows] = shape.length === 2 ? [1, itemAt(shape, 0)] : [itemAt(shape, 0), itemAt(shape, 1)];
  const [size, columns] = [data.length / count, data.length / count / rows];
  return data.map((_, i) => {
    const place = i % size;
    return itemAt(data, i - place + (place % rows) * columns + Math.floor(place / rows));
  });
}

/** A parameter by its name; rows of it as Python counts them: `W[1::2]`, `W[0:8]`, `W[8:]`; or its matrices turned over: `R^T`. */
function rowsOf(tensors: GoldenTensors, name: string): readonly number[] {
  if (name.endsWith('^T')) return turned(tensorIn(tensors, wholeOf(name)));
  const [, whole = name, from = '0', until = '', by = '1'] = /^(.*)\[(\d+):(\d*)(?::(\d+))?\]$/.exec(name) ?? [];
  const { shape, data } = tensorIn(tensors, whole);
  const rows = itemAt(shape, 0);
  const width = data.length / rows;
  const end = until === '' ? rows : Number(until);
  return data.filter((_, i) => {
    const row = Math.floor(i / width);
    return row >= Number(from) && row < end && (row - Number(from)) % Number(by) === 0;
  });
}

/** The parameter behind such a name. */
const wholeOf = (name: string): string => name.replace(/\[.*$|\^T$/, '');

/** Loss = sum over outputs of sum(output w), stored with every output. */
function lossOf(
  builder: GraphBuilder,
  test: GoldenLayerCase,
  recipe: GoldenRecipe,
  outputs: Readonly<Record<string, ValueId>>,
): ValueId {
  const parts = outputsOf(test, recipe).map(([name]) => {
    const output = outputs[name];
    if (output === undefined) throw new Error(`golden ${test.name}: output ${name} must be built, got none`);
    store(builder, `output/${name}`, output);
    const weight = builder.read(builder.program.variable(`w/${name}`, builder.type(output), 'input'));
    return reduceSum(builder, mul(builder, output, weight), 'all');
  });
  return parts.reduce((sum, part) => add(builder, sum, part));
}

function expectedGradients(test: GoldenLayerCase, recipe: GoldenRecipe): Expectations {
  const expected: Expectations = new Map();
  for (const [name, { data }] of Object.entries(test.grads)) {
    if (name in test.inputs && !recipe.withoutGradient?.includes(name)) expected.set(name, data);
  }
  const used = new Set(Object.values(recipe.weights).flat().map(wholeOf));
  for (const name of Object.keys(test.params)) if (!used.has(name)) expected.set(name, tensorIn(test.grads, name).data);
  for (const [weight, names] of Object.entries(recipe.weights)) {
    expected.set(
      weight,
      names.flatMap((name) => rowsOf(test.grads, name)),
    );
  }
  return expected;
}

function writtenData(test: GoldenLayerCase, recipe: GoldenRecipe): Map<string, readonly number[]> {
  const written = new Map<string, readonly number[]>();
  const all = { ...test.inputs, ...test.params };
  for (const [name, tensor] of Object.entries(all)) written.set(name, numbersOf(tensor));
  for (const [name, { data }] of Object.entries(test.w)) written.set(`w/${name}`, data);
  for (const [weight, names] of Object.entries(recipe.weights)) {
    written.set(
      weight,
      names.flatMap((name) => rowsOf(test.params, name)),
    );
  }
  return written;
}

function buildCase(test: GoldenLayerCase, recipe: GoldenRecipe): BuiltCase {
  const program = new ProgramBuilder(opTable);
  const all = { ...test.inputs, ...test.params };
  const wanted = expectedGradients(test, recipe);
  program.entry('check', (builder) => {
    const tensor = (name: string) => builder.read(program.variable(name, typeOf(tensorIn(all, name)), 'input'));
    const loss = lossOf(builder, test, recipe, recipe.build(builder, tensor));
    store(builder, 'loss', loss);
    const targets = [...wanted.keys()].map((name) => {
      const weight = program.variables.find((variable) => variable.name === name);
      return weight ? builder.read(weight) : tensor(name);
    });
    const found = gradients(builder, loss, targets);
    [...wanted.keys()].forEach((name, i) => {
      const gradient = itemAt(found, i) ?? constant(builder, builder.shape(itemAt(targets, i)), 0);
      store(builder, `gradient/${name}`, gradient);
    });
  });
  const expected: Expectations = new Map([['loss', [test.loss]]]);
  for (const [name, { data }] of outputsOf(test, recipe)) expected.set(`output/${name}`, data);
  for (const [name, data] of wanted) expected.set(`gradient/${name}`, data);
  return { program, expected, written: writtenData(test, recipe) };
}

/** Writes those entries of `written` that the program has; the rest belongs to another way of building the case. */
export function writeAll(
  executable: Executable,
  program: ProgramBuilder,
  written: ReadonlyMap<string, readonly number[]>,
): void {
  for (const { name, type, role } of program.variables) {
    const data = written.get(name);
    if (data) executable.write(name, data);
    else if (role === 'weight')
      throw new Error(`golden: weight ${name} must be in the file, got none of ${sizeOf(type.shape)} numbers`);
  }
}

/** Roundings of a step of a cell (products of a row, gates, state), where `sensitivityOf` makes one an input. */
const roundingsOfAStep = 8;

/** The tolerance of a comparison, and the scale of its errors. */
type Measure = (name: string, want: readonly number[]) => { readonly allowed: number; readonly scale: number };

type Sensitivity = Awaited<ReturnType<typeof sensitivityOf>>;

/** By the case and the way it is built: it is of no device, and takes many runs of the reference. */
const sensitivities = new WeakMap<GoldenLayerCase, Map<string, Sensitivity>>();

async function knownSensitivity(
  test: GoldenLayerCase,
  title: string,
  measure: () => Promise<Sensitivity>,
): Promise<Sensitivity> {
  const known = sensitivities.get(test) ?? new Map<string, Sensitivity>();
  sensitivities.set(test, known);
  const found = known.get(title) ?? (await measure());
  known.set(title, found);
  return found;
}

async function measureOf(
  test: GoldenLayerCase,
  { title, error, grows }: GoldenRecipe,
  { program, expected, written }: BuiltCase,
  precision: 'f32' | 'f64',
): Promise<Measure> {
  const sizeOf = (name: string, want: readonly number[]): number => scaleOf(name, want, test) ?? largest(want);
  // A file states what float32 resolves where its numbers are large.
  const { fp32_tol: stated = 0 } = test.config;
  const flat = precision === 'f64' ? goldenTolerance.f64 : Math.max(goldenTolerance.f32, Number(stated));
  if (precision === 'f64') return (name, want) => ({ allowed: flat, scale: sizeOf(name, want) });
  if (error !== undefined) {
    return (name, want) => {
      const natural = error.scales.get(name.replace('gradient/', '')) ?? 0;
      return { allowed: error.allowed, scale: Math.max(sizeOf(name, want), natural) };
    };
  }
  const changes =
    grows === true
      ? await knownSensitivity(test, title, () =>
          sensitivityOf(program.finish(), 'check', written, [...expected.keys()]),
        )
      : null;
  return (name, want) => {
    const scale = sizeOf(name, want);
    const grown = scale === 0 ? 0 : (roundingsOfAStep * (changes?.get(name) ?? 0)) / scale;
    return { allowed: flat + grown, scale };
  };
}

/**
 * Runs one layer case in every way it can be built, or in the first of them, which is the fused one. Empty when the file is not one this program has
 * a layer for.
 */
export async function checkGoldenCase(
  file: string,
  test: GoldenLayerCase,
  device: Device,
  options: CompileOptions,
  most = Infinity,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const recipe of recipesFor(file, test).slice(0, most)) {
    const built = buildCase(test, recipe);
    const executable = await device.compile(built.program.finish(), options);
    try {
      const measure = await measureOf(test, recipe, built, executable.device.precision);
      writeAll(executable, built.program, built.written);
      executable.run('check');
      for (const [name, want] of built.expected) {
        const label = `${file} ${test.name} (${recipe.title}): ${name} on ${device.kind}`;
        const { allowed, scale } = measure(name, want);
        comparisons.push(compare(label, await executable.read(name), want, allowed, scale));
      }
    } finally {
      await executable.dispose();
    }
  }
  return comparisons;
}

/** The loss is a sum of signed terms: its error is measured by their size. */
function scaleOf(name: string, want: readonly number[], test: GoldenLayerCase): number | undefined {
  if (name !== 'loss') return undefined;
  const terms = Object.entries(test.outputs).map(([output, { data }]) =>
    data.reduce((sum, value, i) => sum + Math.abs(value * itemAt(tensorIn(test.w, output).data, i)), 0),
  );
  return Math.max(Math.abs(itemAt(want, 0)), ...terms);
}
