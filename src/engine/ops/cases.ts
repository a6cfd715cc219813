// What a test case of an op is, and how its numbers are made: counted random draws, exact in float32, clear of kinks.
import { RandomStream } from '../core/philox.ts';
import { sizeOf, type Shape, type TensorType } from '../core/tensor.ts';
import type { OpAttrs, OpKind } from './kinds.ts';

export interface CaseInput {
  readonly type: TensorType;
  /** One number of the input; called for each element in order. */
  readonly draw: (stream: RandomStream, index: number) => number;
}

/** A case by the attributes of its op. */
export interface Case<A extends object> {
  readonly name: string;
  readonly attrs: A;
  readonly inputs: readonly CaseInput[];
  /** Outputs that a loss may be built on; all when absent. */
  readonly differentiable?: readonly number[];
  /** Inputs whose gradient is checked; all float inputs when absent. */
  readonly wanted?: readonly number[];
}

/** A case by the kind of its op. */
export type OpCase<K extends OpKind = OpKind> = Case<OpAttrs[K]>;

const input =
  (draw: CaseInput['draw'], dtype: TensorType['dtype'] = 'f32') =>
  (...shape: number[]): CaseInput => ({ type: { shape, dtype }, draw });

/** Standard normal. */
export const normal = input((stream) => stream.normal());
/** Standard normal times 0.3: recurrent weights whose products stay tame. */
export const small = input((stream) => 0.3 * stream.normal());
/** Between 0.5 and 2. */
export const positive = input((stream) => 0.5 + 1.5 * stream.uniform());
/** Between 0.02 and 0.98: decays of a scan. */
export const unit = input((stream) => 0.02 + 0.96 * stream.uniform());
/** Normal, at least 0.05 away from 0: functions with a kink there. */
export const offZero = input((stream) => {
  const value = stream.normal();
  return value + Math.sign(value || 1) * 0.05;
});
/** Normal times 5: saturated gates. */
export const wide = input((stream) => 5 * stream.normal());
/** 0 or 1. */
export const mask = input((stream) => (stream.uniform() < 0.7 ? 1 : 0));

/** Integers in [0, bound). */
export const ids = (bound: number, ...shape: number[]): CaseInput =>
  input((stream) => stream.below(bound), 'i32')(...shape);

/** Integers in [0, bound), every third one -1. */
export const targets = (bound: number, ...shape: number[]): CaseInput =>
  input((stream, i) => (i % 3 === 2 ? -1 : stream.below(bound)), 'i32')(...shape);

/** Exactly these numbers. */
export const given = (values: readonly number[], shape: Shape = [values.length]): CaseInput => ({
  type: { shape, dtype: 'f32' },
  draw: (_stream, i) => values[i],
});

/** Exactly these integers. */
export const givenIntegers = (...values: number[]): CaseInput => ({
  type: { shape: [values.length], dtype: 'i32' },
  draw: (_stream, i) => values[i],
});

/** The numbers of one input, each exact in float32. The same name and place give the same numbers. */
export function drawInput(name: string, place: number, { type, draw }: CaseInput): Float64Array {
  const stream = new RandomStream(20250101, `${name}/${place}`);
  const values = new Float64Array(sizeOf(type.shape));
  for (let i = 0; i < values.length; i++) values[i] = Math.fround(draw(stream, i));
  return values;
}

/**
 * [B, T, H] that tend to break kernels: time 1, 2 and around 64, widths that are no multiple of a vector, batch 1, more samples or channels
 * than a kernel processes at a time.
 */
export const awkwardSequences: readonly (readonly [batch: number, time: number, width: number])[] = [
  [1, 1, 1],
  [1, 2, 5],
  [3, 63, 7],
  [2, 64, 4],
  [1, 65, 9],
  [2, 3, 16],
  [2, 5, 33],
  [43, 2, 6],
];

/** For cells with a matrix: one more, wider than the block of a packed product. */
export const cellSequences = [...awkwardSequences, [2, 2, 259] as const];

/** With and without an optional input. */
export const startOptions = [false, true];

/** Optional inputs. */
export const when = (present: boolean, ...inputs: CaseInput[]): CaseInput[] => (present ? inputs : []);

/** One case for each awkward sequence, with and without an initial state. */
export function overSequences<K extends OpKind>(
  make: (batch: number, time: number, width: number, initial: boolean) => Omit<OpCase<K>, 'name'>,
  title: string,
  sequences: typeof awkwardSequences = awkwardSequences,
): OpCase<K>[] {
  return sequences.flatMap(([batch, time, width]) =>
    startOptions.map((initial) => ({
      name: `${title} [${batch}, ${time}, ${width}]${initial ? ' from a state' : ''}`,
      ...make(batch, time, width, initial),
    })),
  );
}

/** For ops on elements. */
export const elementShapes: readonly Shape[] = [[], [1], [7], [3, 5], [2, 65, 3], [130]];

/** For ops on rows. */
export const rowShapes = [[1, 1], [3, 5], [2, 5, 33], [65, 4], [7]];

/** Cases for ops that change variables, with the hyperparameters of a step. */
export const updateShapes = [[1], [7], [3, 5], [130, 3]];
export const hyper = given([0.01, 0.1, 0.001, 0]);
