// The template of recurrences that act on each channel alone: a step written once gives the forward kernel and, by reverse mode, the backward
// one. Both are the same kind of thing: a loop over time that carries k numbers a channel. Independent of devices.
import { gradient } from './derive.ts';
import { add, constant, DEAR, input, inputsOf, isDear, isOperation, walk, type Expr } from './expr.ts';
import { simplify } from './simplify.ts';

/** Values by name: inputs and outputs of a step. */
export type Values<K extends string> = Readonly<Record<K, Expr>>;

/** The results of backward: gradients of each input of the step, each channel number and the previous state. */
export type Backward = Readonly<Record<string, Expr>>;

/** A recurrence over time. Tensors: `u` [B, T, P H] in parts, channel numbers [H], the state [B, T, K H] in parts. */
export interface Recurrence<P extends string, C extends string, S extends string, Y extends string> {
  /** Name of the input sequence, and of its parts in order. */
  readonly sequence: string;
  readonly parts: readonly P[];
  /** Channel parameters, the same for all samples and steps, each a tensor of that name. */
  readonly channels: readonly C[];
  /** Name of the sequence of states and of its parts: two for a complex number. */
  readonly state: string;
  readonly states: readonly S[];
  /** Values of states before the first step where there is no start; 0 for those left out. */
  readonly from?: Partial<Record<S, number>>;
  /** The state after a step, from its inputs and the previous state. */
  readonly step: (values: Values<P | C | S>) => Values<S>;
  /** The read-out of a step from its inputs, the new state and the previous one (`c_before`); omitted = the state itself. */
  readonly read?: {
    readonly sequence: string;
    readonly parts: readonly Y[];
    readonly of: (values: Values<P | C | S | `${S}_before`>) => Values<Y>;
  };
  /** A better backward than the derived one (fewer operations, the bits of an older kernel): gets the derived one and returns another. */
  readonly backward?: (derived: Backward, inputs: Values<P | C | S> & Readonly<Record<string, Expr>>) => Backward;
}

/** A tensor [B, T, parts H]; each part is read under its own name. */
export interface Sequence<Part> {
  readonly name: string;
  readonly parts: readonly Part[];
  /** Some nodes omit it; it is then 0. */
  readonly optional?: boolean;
}

/** A loop over time, as every emitter receives it. */
export interface ScanKernel {
  readonly name: string;
  /** From the last step to the first. */
  readonly reverse: boolean;
  readonly sequences: readonly Sequence<string>[];
  /** The previous row (in time) of a sequence that may also be read at the step itself; before the first step it is `start` [B, parts H] or the numbers `from`. */
  readonly earlier: (Sequence<string> & { readonly start: string; readonly from?: readonly number[] }) | null;
  readonly channels: readonly string[];
  /** Carried from step to step: [B, k H] at both ends, if those are needed. */
  readonly carried: {
    readonly names: readonly string[];
    readonly next: readonly Expr[];
    readonly start: string | null;
    /** What is carried into the first step where there is no start; left out = 0 each. */
    readonly from?: readonly number[];
    readonly final: string | null;
  };
  readonly outputs: readonly Sequence<Expr>[];
  /** Sums over time, each [B, H]. */
  readonly totals: readonly { readonly name: string; readonly of: Expr }[];
}

type AnyRecurrence = Recurrence<string, string, string, string>;

/** Name of a state before its step. */
export const before = (state: string): string => `${state}_before`;
/** Name of the gradient of a value from later steps and the loss. */
export const arriving = (name: string): string => `d_${name}`;

const inputs = (names: readonly string[]): Record<string, Expr> =>
  Object.fromEntries(names.map((name) => [name, input(name)]));

const pick = (values: Readonly<Record<string, Expr>>, names: readonly string[]): Expr[] =>
  names.map((name) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`kernel: the step must give ${name}, got ${Object.keys(values).join(', ')}`);
    return value;
  });

/** Values before a step, under the names its author uses. */
const seen = ({ parts, channels, states }: AnyRecurrence): Record<string, Expr> => ({
  ...inputs([...parts, ...channels]),
  ...Object.fromEntries(states.map((name) => [name, input(before(name))])),
});

/** The values before the first step of a recurrence whose start is not all zeros. */
const beginning = ({ states, from }: AnyRecurrence): { readonly from?: readonly number[] } =>
  from === undefined ? {} : { from: states.map((one) => startAt(from, one)) };

const startAt = (from: Partial<Record<string, number>>, state: string): number => {
  const { [state]: value = 0 } = from;
  return value;
};

/** The step and its read-out. Outputs the read-out sequence (if any), then the states, which the backward needs. */
export function forwardKernel(name: string, cell: AnyRecurrence): ScanKernel {
  const { sequence, parts, channels, state, states, read } = cell;
  const values = seen(cell);
  const after = pick(cell.step(values), states);
  const given = {
    ...values,
    ...inputs(states.map(before)),
    ...Object.fromEntries(states.map((one, i) => [one, after[i] ?? constant(0)])),
  };
  const results = simplify([...after, ...(read ? pick(read.of(given), read.parts) : [])]);
  const next = results.slice(0, states.length);
  const outputs = [{ name: state, parts: next }];
  if (read) outputs.unshift({ name: read.sequence, parts: results.slice(states.length) });
  return {
    name,
    reverse: false,
    sequences: [{ name: sequence, parts }],
    earlier: null,
    channels,
    carried: { names: states.map(before), next, start: `${state}0`, ...beginning(cell), final: null },
    outputs,
    totals: [],
  };
}

/** The gradients of all inputs of a step, by reverse mode through the read-out and then the step. */
function derived(cell: AnyRecurrence): Backward {
  const { parts, channels, states, read } = cell;
  const names = [...parts, ...channels];
  const ofStep = [...names, ...states.map(before)];
  const seenByRead = inputs([...ofStep, ...states]);
  const reading = read ? pick(read.of(seenByRead), read.parts) : states.map(input);
  const seeds = read ? read.parts : states;
  const atRead = gradient(
    reading.map((value, i) => ({ value, seed: input(arriving(seeds[i] ?? '')) })),
    [...ofStep, ...states],
  );
  const atState = states.map((name) => {
    const kept = read ? add(input(arriving(name)), input(carry(name))) : input(carry(name));
    return add(atRead[name] ?? constant(0), kept);
  });
  const after = pick(cell.step(seen(cell)), states);
  const atStep = gradient(
    after.map((value, i) => ({ value, seed: atState[i] ?? constant(0) })),
    ofStep,
  );
  return Object.fromEntries(
    ofStep.map((name) => [name, add(atStep[name] ?? constant(0), atRead[name] ?? constant(0))]),
  );
}

/** The gradient of a state from the next step. */
const carry = (state: string): string => `carry_${state}`;

/** The loop backwards. Uses the inputs and the states of the forward pass; everything else is recomputed. Operands that are not needed are not read. */
export function backwardKernel(name: string, cell: AnyRecurrence): ScanKernel {
  const { sequence, parts, channels, state, states, read } = cell;
  const wanted = [...parts, ...channels, ...states.map(before)];
  const plain = derived(cell);
  const known = inputs([...parts, ...channels, ...states, ...states.map(before), ...arrivals(cell)]);
  const better = cell.backward?.(plain, known) ?? plain;
  const results = simplify(pick(better, wanted), 'finite');
  const used = new Set(inputsOf(results));
  const isUsed = (names: readonly string[]): boolean => names.some((one) => used.has(one));
  const split = parts.length + channels.length;
  const arrivingAt = (of: string, names: readonly string[], optional = false): Sequence<string> => ({
    name: arriving(of),
    parts: names.map(arriving),
    ...(optional ? { optional } : {}),
  });
  return {
    name,
    reverse: true,
    sequences: [
      ...(isUsed(parts) ? [{ name: sequence, parts }] : []),
      ...(isUsed(states) ? [{ name: state, parts: states }] : []),
      ...(read
        ? [arrivingAt(read.sequence, read.parts), arrivingAt(state, states, true)]
        : [arrivingAt(state, states)]),
    ],
    earlier: isUsed(states.map(before))
      ? { name: state, parts: states.map(before), start: `${state}0`, ...beginning(cell) }
      : null,
    channels: channels.filter((one) => used.has(one)),
    carried: { names: states.map(carry), next: results.slice(split), start: null, final: arriving(`${state}0`) },
    outputs: [{ name: arriving(sequence), parts: results.slice(0, parts.length) }],
    totals: channels.map((one, i) => ({ name: arriving(one), of: results[parts.length + i] ?? constant(0) })),
  };
}

const arrivals = ({ states, read }: AnyRecurrence): readonly string[] => [
  ...states.map(arriving),
  ...states.map(carry),
  ...(read?.parts ?? []).map(arriving),
];

/** An operand of a kernel, in the order of the op's inputs or outputs. */
export interface KernelOperand {
  readonly name: string;
  /** `step`: [B, T, parts H]; `sample`: [B, parts H]; `channel`: [H]. */
  readonly extent: 'step' | 'sample' | 'channel';
  readonly parts: number;
  /** Present only if the attribute of that name is set. */
  readonly when?: 'initial' | 'states';
}

/** Inputs of the op that the kernel computes, including sequences of which only the previous row is read. */
export function inputOperands({ sequences, earlier, channels, carried }: ScanKernel): readonly KernelOperand[] {
  const steps = sequences.map(({ name, parts, optional }): KernelOperand => ({
    name,
    extent: 'step',
    parts: parts.length,
    ...(optional === true ? { when: 'states' } : {}),
  }));
  const k = carried.names.length;
  if (earlier && !steps.some(({ name }) => name === earlier.name)) {
    // Its position as if the row of the step were read too: after the inputs.
    steps.splice(1, 0, { name: earlier.name, extent: 'step', parts: k });
  }
  const start = earlier?.start ?? carried.start;
  return [
    ...steps,
    ...channels.map((name) => ({ name, extent: 'channel' as const, parts: 1 })),
    ...(start === null ? [] : [{ name: start, extent: 'sample' as const, parts: k, when: 'initial' as const }]),
  ];
}

export function outputOperands({ outputs, totals, carried }: ScanKernel): readonly KernelOperand[] {
  const { final, names } = carried;
  return [
    ...outputs.map(({ name, parts }) => ({ name, extent: 'step' as const, parts: parts.length })),
    ...totals.map(({ name }) => ({ name, extent: 'sample' as const, parts: 1 })),
    ...(final === null
      ? []
      : [{ name: final, extent: 'sample' as const, parts: names.length, when: 'initial' as const }]),
  ];
}

/** Everything that one step computes. */
export const resultsOf = ({ carried, outputs, totals }: ScanKernel): readonly Expr[] => [
  ...carried.next,
  ...outputs.flatMap(({ parts }) => parts),
  ...totals.map(({ of }) => of),
];

/** Operations of one step on one channel; a function of one number counts as four. */
export function operationsOf(kernel: ScanKernel): number {
  let count = kernel.totals.length;
  walk(resultsOf(kernel), (x) => {
    if (!isOperation(x)) return;
    if (DEAR.has(x.op)) count += 4;
    else count += x.op === 'fma' ? 2 : 1;
  });
  return count;
}

/** Whether memory, not arithmetic, decides how long a step takes. */
export function isCheap(kernel: ScanKernel): boolean {
  return !isDear(resultsOf(kernel));
}
