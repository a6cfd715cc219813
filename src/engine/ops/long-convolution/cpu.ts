// Lowering of longConvolution and its gradient: the direct sum row by row, or transforms of tiles of channels with the numbers that turn them, which
// are computed in double precision.
import {
  double,
  operand,
  pieces,
  whole,
  type Lowering,
  type Operand,
  type Place,
  type TableWriter,
} from '../../plan/lowering.ts';
import { isTransformed, longSizes, transformLength, type LongConvolutionAttrs, type LongSizes } from './sizes.ts';

/** Channels of a tile (TILE of the kernels). */
const TILE = 16;
/** Tiles of all samples that a gradient adds up apart, at least. */
const GROUPS = 8;

const tilesOf = ({ C }: LongSizes): number => Math.ceil(C / TILE);

/** Bytes of the transform of a tile. */
const tileBytes = (n: number): number => 8 * TILE * n;

/** out_r = sum over l of kernel_l source_(r + shift + direction l). */
function emitRows(
  table: TableWriter,
  [source, kernel, out]: readonly [Operand, Operand, Operand],
  { K, C }: LongSizes,
  shift: number,
  direction: number,
): void {
  const [, from = 1] = source.type.shape;
  const [, to = 1] = out.type.shape;
  table.emit({
    kernel: 'longRows',
    units: out.bytes / (4 * C),
    args: [source, kernel, out, from, to, K, C, shift, direction],
    reads: [whole(source), whole(kernel)],
    writes: [pieces(out, 4 * C)],
  });
}

interface Plan {
  readonly n: number;
  readonly tiles: number;
  /** Numbers that rows are turned by [n, 2], then those of the passes [n, 2]. */
  readonly turns: Place;
  /** Transform of the kernel, tile by tile. */
  readonly spectrum: Place;
}

/** Emits what does not depend on samples: turning numbers and the transform of the kernel. */
function emitPlan(table: TableWriter, kernel: Operand, sizes: LongSizes): Plan {
  const n = transformLength(sizes);
  const tiles = tilesOf(sizes);
  const turns = table.workspace(16 * n);
  const spectrum = table.workspace(tiles * tileBytes(n));
  const turn = (2 * Math.PI) / (4 * n);
  table.emit({
    kernel: 'longTurns',
    units: 1,
    args: [turns, n, ...double(Math.cos(turn)), ...double(Math.sin(turn))],
    reads: [],
    writes: [{ place: turns, bytes: 16 * n }],
  });
  table.emit({
    kernel: 'longSpectrum',
    units: tiles,
    args: [turns, kernel, spectrum, n, sizes.taps, sizes.C],
    reads: [{ place: turns, bytes: 16 * n }, whole(kernel)],
    writes: [{ place: spectrum, bytes: tiles * tileBytes(n), stride: tileBytes(n) }],
  });
  return { n, tiles, turns, spectrum };
}

const readsOf = ({ n, tiles, turns, spectrum }: Plan) => [
  { place: turns, bytes: 16 * n },
  { place: spectrum, bytes: tiles * tileBytes(n) },
];

export const longConvolutionCpu: Lowering<LongConvolutionAttrs> = (table, attrs) => {
  const [x, kernel] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  const y = operand(table.outputs, 0);
  const sizes = longSizes(x.type, kernel.type, attrs);
  if (!isTransformed(sizes)) {
    emitRows(table, [x, kernel, y], sizes, sizes.shift, sizes.direction);
    return;
  }
  table.scratch(tileBytes(transformLength(sizes)));
  const plan = emitPlan(table, kernel, sizes);
  const { S, T, C } = sizes;
  table.emit({
    kernel: 'longTransform',
    units: sizes.B * plan.tiles,
    args: [plan.turns, plan.spectrum, x, y, plan.n, S, T, C, attrs.backwards ? 1 : 0],
    reads: [...readsOf(plan), whole(x)],
    writes: [whole(y)],
  });
};

export const longConvolutionGradCpu: Lowering<LongConvolutionAttrs> = (table, attrs) => {
  const [x, kernel, dy] = [operand(table.inputs, 0), operand(table.inputs, 1), operand(table.inputs, 2)];
  const [dx, dkernel] = [operand(table.outputs, 0), operand(table.outputs, 1)];
  const sizes = longSizes(x.type, kernel.type, attrs);
  const { B, S, K, T, C, shift, direction } = sizes;
  if (isTransformed(sizes)) {
    emitTransforms(table, sizes, attrs);
    return;
  }
  emitRows(table, [dy, kernel, dx], sizes, -shift, -direction);
  table.emit({
    kernel: 'longTaps',
    units: K,
    args: [x, dy, dkernel, B, S, T, C, shift, direction],
    reads: [whole(x), whole(dy)],
    writes: [pieces(dkernel, 4 * C)],
  });
};

function emitTransforms(table: TableWriter, sizes: LongSizes, { backwards }: LongConvolutionAttrs): void {
  const [x, kernel, dy] = [operand(table.inputs, 0), operand(table.inputs, 1), operand(table.inputs, 2)];
  const [dx, dkernel] = [operand(table.outputs, 0), operand(table.outputs, 1)];
  const { B, S, K, T, C, taps } = sizes;
  const bytes = tileBytes(transformLength(sizes));
  table.scratch(2 * bytes);
  const plan = emitPlan(table, kernel, sizes);
  const { n, tiles, turns, spectrum } = plan;
  const groups = Math.min(B, Math.ceil(GROUPS / tiles));
  const products = table.workspace(groups * tiles * bytes);
  table.emit({
    kernel: 'longTransformGrad',
    units: groups * tiles,
    args: [turns, spectrum, x, dy, dx, products, n, S, T, C, backwards ? 1 : 0, B, groups],
    reads: [...readsOf(plan), whole(x), whole(dy)],
    writes: [whole(dx), { place: products, bytes: groups * tiles * bytes, stride: bytes }],
  });
  table.emit({
    kernel: 'longSpectrumGrad',
    units: tiles,
    args: [turns, products, dkernel, n, S, K, C, taps, groups],
    reads: [
      { place: turns, bytes: 16 * n },
      { place: products, bytes: groups * tiles * bytes },
    ],
    writes: [whole(dkernel)],
  });
}
