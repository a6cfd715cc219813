// How the tensorflow device computes an op: by whole-tensor calls of TensorFlow.js, which is passed as a parameter. The types cover only
// what is used here, so that the package is not needed to compile. Must not depend on a backend's name or a graph.
import type { Shape, TensorType } from '../core/tensor.ts';

/** A tensor of TensorFlow.js: immutable, on the backend that made it. */
export interface TfTensor {
  readonly shape: number[];
  readonly dtype: string;
  readonly size: number;
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dataSync(): Float32Array | Int32Array | Uint8Array;
  dispose(): void;
}

type Unary = (x: TfTensor) => TfTensor;
type Binary = (a: TfTensor, b: TfTensor) => TfTensor;
type Reduction = (x: TfTensor, axis?: number, keepDims?: boolean) => TfTensor;

/** The functions of tfjs-core that kernels use: all of them are correct on the backends tensorflow, wasm and cpu. */
export interface Tf {
  readonly tensor: (
    values: Float32Array | Int32Array | Uint8Array,
    shape: Shape,
    dtype: 'float32' | 'int32' | 'bool',
  ) => TfTensor;
  readonly fill: (shape: Shape, value: number, dtype: 'float32') => TfTensor;
  readonly range: (start: number, stop: number, step: number, dtype: 'int32') => TfTensor;
  readonly clone: Unary;
  readonly keep: Unary;
  readonly cast: (x: TfTensor, dtype: 'float32' | 'int32') => TfTensor;
  readonly reshape: (x: TfTensor, shape: Shape) => TfTensor;
  readonly reverse: (x: TfTensor, axis: number) => TfTensor;
  readonly slice: (x: TfTensor, begin: readonly number[], size: readonly number[]) => TfTensor;
  readonly pad: (x: TfTensor, paddings: readonly (readonly [number, number])[]) => TfTensor;
  readonly split: (x: TfTensor, sizes: readonly number[], axis: number) => TfTensor[];
  readonly concat: (parts: readonly TfTensor[], axis: number) => TfTensor;
  readonly stack: (parts: readonly TfTensor[], axis: number) => TfTensor;
  readonly unstack: (x: TfTensor, axis: number) => TfTensor[];
  readonly broadcastTo: (x: TfTensor, shape: Shape) => TfTensor;
  readonly transpose: (x: TfTensor, order?: readonly number[]) => TfTensor;
  readonly matMul: (a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean) => TfTensor;
  readonly gather: (x: TfTensor, ids: TfTensor) => TfTensor;
  readonly unsortedSegmentSum: (x: TfTensor, ids: TfTensor, rows: number) => TfTensor;
  readonly argMax: (x: TfTensor, axis: number) => TfTensor;
  readonly sum: Reduction;
  readonly max: Reduction;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly maximum: Binary;
  readonly minimum: Binary;
  readonly greater: Binary;
  readonly greaterEqual: Binary;
  readonly equal: Binary;
  readonly logicalAnd: Binary;
  readonly where: (condition: TfTensor, yes: TfTensor, no: TfTensor) => TfTensor;
  readonly isFinite: Unary;
  readonly neg: Unary;
  readonly abs: Unary;
  readonly round: Unary;
  readonly exp: Unary;
  readonly expm1: Unary;
  readonly log: Unary;
  readonly log1p: Unary;
  readonly sigmoid: Unary;
  readonly tanh: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly relu: Unary;
  readonly square: Unary;
  readonly sqrt: Unary;
  readonly rsqrt: Unary;
  readonly reciprocal: Unary;
  readonly erf: Unary;
}

/** TensorFlow's own ops by name, where the backend is the native library. */
export interface TfNative {
  /** Runs an op that has `count` outputs. Attributes: whole numbers, floats, booleans and element types. */
  run(
    op: string,
    attributes: Readonly<Record<string, TfAttribute>>,
    inputs: readonly TfTensor[],
    count: number,
  ): TfTensor[];
  /** A 64-bit integer scalar that is created once and kept. */
  int64(value: number): TfTensor;
}

export type TfAttribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'dtype'; readonly value: 'float32' | 'int32' | 'int64' };

export interface TfContext {
  readonly tf: Tf;
  /** Null on wasm and cpu. */
  readonly native: TfNative | null;
  /** A scalar that is made once and kept. */
  readonly scalar: (value: number) => TfTensor;
  /** An integer scalar that is made once and kept. */
  readonly integer: (value: number) => TfTensor;
  /** log(1 + x), accurate for small x. */
  readonly log1p: (x: TfTensor) => TfTensor;
  /** op(a) op(b) of two matrices, computed in the way that is fast on this backend. */
  readonly product: (a: TfTensor, b: TfTensor, transA: boolean, transB: boolean) => TfTensor;
  /** (x [N, D], ids [N]) -> [rows, D]: the sum of the rows of each id. */
  readonly segmentSum: (x: TfTensor, ids: TfTensor, rows: number) => TfTensor;
  /** The numbers of an integer variable, from the host's copy where there is one. */
  readonly integersOf: (x: TfTensor) => ArrayLike<number>;
}

/**
 * The outputs as new tensors, in order; then the new values of the inputs that the op mutates, in the order of `mutates`.
 * Temporaries need not be disposed of. `types` are those of the outputs.
 */
export type TfKernel<A> = (
  context: TfContext,
  inputs: readonly TfTensor[],
  attrs: A,
  types: readonly TensorType[],
) => readonly TfTensor[];
