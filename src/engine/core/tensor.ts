// Shapes and element types. The alphabet used everywhere: B batch, T time, D input width, H hidden width, L layers, V classes.

export type DType = 'f32' | 'i32';
export type Shape = readonly number[];

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Number of elements; 1 for a scalar (shape []). */
export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

/** Both element types take four bytes. */
export const bytesOf = (type: TensorType): number => 4 * sizeOf(type.shape);

export const f32 = (...shape: number[]): TensorType => ({ shape, dtype: 'f32' });
export const i32 = (...shape: number[]): TensorType => ({ shape, dtype: 'i32' });

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);

/** `[2, 64, 8]`, as printed in error messages. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** The product of all extents except the last: the rows of the tensor read as a matrix. 1 for rank 0 and 1. */
export const rowsOf = (shape: Shape): number => sizeOf(shape.slice(0, -1));

/** The last extent; 1 for a scalar. */
export const lastOf = (shape: Shape): number => shape.at(-1) ?? 1;
