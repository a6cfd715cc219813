// The program of a check for something recurrent: each form with a given state, from its start and in two chunks, with a loss that mixes all
// outputs and its gradients. What is compared, and how closely, is in recurrence.ts.
import { itemAt } from '../core/item.ts';
import type { TensorType } from '../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import { pruneProgram } from '../graph/prune.ts';
import type { MixerOutput, StateSlot } from '../models/model.ts';
import { add, assign, concat, mul, reduceSum, reshape, slice, split } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';

export interface Form {
  readonly name: string;
  /** Largest relative error of a float32 device, for this form. */
  readonly tolerance: number;
  /** The same with activations stored in 16 bits. */
  readonly halfTolerance: number;
  parallel(builder: GraphBuilder, x: ValueId, state: readonly ValueId[] | null): MixerOutput;
}

interface Checked {
  readonly name: string;
  /** [B, T, D] features, or [B, T] tokens below `vocabulary`. */
  readonly x: TensorType;
  readonly vocabulary: number;
  readonly slots: readonly StateSlot[];
  /** Every implementation; the first is checked against differences. */
  readonly forms: readonly Form[];
  /** It rounds numbers: its forms are compared in float64 alone, without differences; golden vectors compare devices. */
  readonly rounds?: boolean;
}

interface Stepwise extends Checked {
  step(builder: GraphBuilder, x: ValueId, state: readonly ValueId[]): MixerOutput;
  /** [B, ...shape] each: the state before the first step. */
  start(builder: GraphBuilder): readonly ValueId[];
  readonly whole?: never;
}

/** Reads a sequence from both ends: it cannot be cut, and nothing is carried. */
interface Whole extends Checked {
  whole(builder: GraphBuilder, x: ValueId): MixerOutput;
}

export type Recurrence = Stepwise | Whole;

export interface Entry {
  readonly name: string;
  /** Names of result variables; equal suffixes mean equal quantities. */
  readonly results: readonly string[];
}

/** The form that defines the others: the step, unrolled. */
export const definition = 'steps';
export const stateName = (i: number): string => `state${i}`;

export function buildAll(recurrence: Recurrence): { readonly program: Program; readonly entries: readonly Entry[] } {
  const program = new ProgramBuilder(opTable);
  const entries: Entry[] = [];
  const add = (name: string, build: (builder: GraphBuilder) => readonly string[]): void => {
    entries.push({ name, results: program.entry(name, build) });
  };
  const unrolled: Form = {
    name: definition,
    tolerance: 0,
    halfTolerance: 0,
    parallel: (builder, x, state) =>
      recurrence.whole === undefined ? unroll(builder, recurrence, x, state) : recurrence.whole(builder, x),
  };
  for (const form of [unrolled, ...recurrence.forms]) {
    add(`${form.name}/given`, (builder) => buildGiven(builder, recurrence, form));
    add(`${form.name}/start`, (builder) =>
      buildPlain(builder, recurrence, `${form.name}/start`, form.parallel(builder, readX(builder, recurrence), null)),
    );
    if (form !== unrolled && recurrence.whole === undefined && (recurrence.x.shape[1] ?? 1) > 1)
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
  const wanted = state.filter((_, i) => recurrence.slots[i]?.marks !== true);
  const inputs = recurrence.x.dtype === 'f32' ? [x, ...wanted] : wanted;
  const labels = [
    ...(recurrence.x.dtype === 'f32' ? ['x'] : []),
    ...recurrence.slots.flatMap(({ marks }, i) => (marks === true ? [] : [stateName(i)])),
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
  recurrence: Stepwise,
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
  return { y: outputs.length === 1 ? itemAt(outputs, 0) : concat(builder, outputs, 1), state };
}

/** sum over all outputs of sum(output weight): mixes outputs and final state. */
function mixedLoss(builder: GraphBuilder, outputs: readonly ValueId[]): ValueId {
  const terms = outputs.map((output, i) => {
    const weight = builder.read(builder.program.variable(`mix${i}`, builder.type(output), 'input'));
    return reduceSum(builder, mul(builder, output, weight), 'all');
  });
  return terms.reduce((sum, term) => add(builder, sum, term));
}
