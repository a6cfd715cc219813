// What the passes of matrixState and of its gradient read on webgpu: operands, decays and the places of numbers, as WGSL.
import { operand, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { matrixStateSizes, type MatrixStateAttrs, type MatrixStateSizes } from './sizes.ts';
import type { Named } from './webgpu-pass.ts';

export interface Sides {
  readonly gpu: GpuWriter;
  readonly attrs: MatrixStateAttrs;
  readonly sizes: MatrixStateSizes;
  readonly q: GpuOperand;
  readonly k: GpuOperand;
  readonly v: GpuOperand;
  readonly decay: GpuOperand | null;
  readonly start: GpuOperand | null;
}

export function sidesOf(gpu: GpuWriter, attrs: MatrixStateAttrs, first: number): Sides {
  const [q, k, v] = [0, 1, 2].map((i) => operand(gpu.inputs, i)) as [GpuOperand, GpuOperand, GpuOperand];
  const decay = attrs.decay === 'none' ? null : operand(gpu.inputs, first);
  const start = attrs.initial ? operand(gpu.inputs, first + (decay === null ? 0 : 1)) : null;
  return { gpu, attrs, sizes: matrixStateSizes(q.type, v.type, attrs), q, k, v, decay, start };
}

/** What is kept of row `i` at `row`. */
export const keptOf = ({ attrs, sizes }: Sides, of: Named, i: string): string => {
  if (attrs.decay === 'none') return '1f';
  return `exp_of(${of['decay']}[${attrs.decay === 'key' ? `row * ${sizes.dk}u + ${i}` : 'row'}])`;
};

/** Value of column j at `row`, or its gradient: `sums` is that of the column behind the values. */
export const valueOf = (
  { sizes: { dv, columns } }: Sides,
  name: string | undefined,
  j: string,
  sums: string,
): string =>
  columns === dv
    ? `${name}[row * ${dv}u + ${j}]`
    : `select(${sums}, ${name}[row * ${dv}u + min(${j}, ${dv - 1}u)], ${j} < ${dv}u)`;

/** Of the tile of queries, keys and factors. */
export const keyTile = (sides: Sides, of: Named) => {
  const { dk } = sides.sizes;
  return [
    { width: dk, at: `${of['q']}[row * ${dk}u + d]` },
    { width: dk, at: `${of['k']}[row * ${dk}u + d]` },
    ...(sides.decay === null ? [] : [{ width: dk, at: keptOf(sides, of, 'd') }]),
  ];
};

/** Place of (i, j) in the matrix of a head. */
export const placeOf = ({ sizes: { dk, columns } }: Sides, i: string, j: string): string =>
  `head * ${dk * columns}u + ${i} * ${columns}u + ${j}`;
