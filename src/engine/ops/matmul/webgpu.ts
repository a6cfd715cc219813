// matmul on webgpu: which form, how many splits of the inner extent, and the sum of the splits.
import {
  bind,
  flat,
  operand,
  type GpuLowering,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
  type Partials,
} from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { matmulSizes } from './index.ts';
import { directCode, tileOf, tiledCode, type Tile } from './webgpu-code.ts';
import { columnsCode, DOT_COLUMNS, dotsBySubgroupsCode, dotsCode } from './webgpu-few-rows.ts';

/** Up to so many rows each result is a sum of its own: a tile would be mostly empty. */
const FEW_ROWS = 8;
/** Groups that fill a GPU, and the inner extent below which a split does not pay. */
const ENOUGH_GROUPS = 128;
const LEAST_SPLIT = 256;
/** Of the splits of one product, unless two take more: they wait for their sum together with those of other products. */
const SPLIT_BYTES = 2 ** 20;

export interface Product {
  readonly a: GpuPlace;
  readonly b: GpuPlace;
  readonly bias: GpuPlace | null;
  readonly c: GpuOperand;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

export const matmulWebgpu: GpuLowering<OpAttrs['matmul']> = (gpu, attrs) => {
  const [a, b] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const bias = attrs.bias ? operand(gpu.inputs, 2) : null;
  const { transA, transB } = attrs;
  multiply(gpu, { a, b, bias, c: operand(gpu.outputs, 0), ...matmulSizes(a.type, b.type, attrs), transA, transB });
};

/** c = op(a) op(b) (+ bias), for this op and for others that contain a product. */
export function multiply(gpu: GpuWriter, product: Product): void {
  if (product.rows <= FEW_ROWS && !product.transA) {
    if (product.transB) dots(gpu, product);
    else columns(gpu, product);
    return;
  }
  const tile = tileOf(product, gpu.traits, samePlace(product.a, product.b));
  if (gpu.traits.software) {
    direct(gpu, product, tile);
    return;
  }
  const across = Math.ceil(product.columns / tile.columns);
  const down = Math.ceil(product.rows / tile.rows);
  const splits = splitsOf(across * down, product);
  const depth = Math.ceil(Math.ceil(product.inner / splits) / tile.depth) * tile.depth;
  const target = targetOf(gpu, product, splits);
  const partial = { ...product, c: target.place, bias: splits === 1 ? product.bias : null };
  const bindings = bindProduct(partial, tile);
  const code = tiledCode(partial, tile, bindings, { depth, stride: target.stride });
  gpu.dispatch({ label: 'tiles', code, buffers: bindings.buffers, groups: [across, down, splits] });
  if (splits > 1 && product.bias) addSplits(gpu, target.place, { ...product, bias: product.bias }, splits);
}

/** Where the splits go: their sum waits for others, unless a bias comes on top. */
function targetOf(gpu: GpuWriter, { c, bias, rows, columns: width }: Product, splits: number): Partials {
  if (splits === 1 || !bias) return gpu.partialSums(c, splits);
  const stride = rows * width;
  return { place: gpu.workspace(4 * stride * splits), stride };
}

const samePlace = (a: GpuPlace, b: GpuPlace): boolean => a.value === b.value && a.offset === b.offset;

function splitsOf(groups: number, { inner, rows, columns: width }: Product): number {
  if (groups >= ENOUGH_GROUPS) return 1;
  const bytes = Math.max(2, Math.floor(SPLIT_BYTES / (4 * rows * width)));
  return Math.max(1, Math.min(Math.ceil(ENOUGH_GROUPS / groups), Math.floor(inner / LEAST_SPLIT), bytes));
}

function bindProduct(
  { a, b, bias, c }: Pick<Product, 'a' | 'b' | 'bias'> & { readonly c: GpuPlace },
  { wideA, wideB, wideC }: { readonly wideA: boolean; readonly wideB: boolean; readonly wideC: boolean },
): ReturnType<typeof bind> {
  const named = {
    a: { ...a, dtype: wideA ? 'vec4' : 'f32' },
    b: { ...b, dtype: wideB ? 'vec4' : 'f32' },
    c: { ...c, dtype: wideC ? 'vec4' : 'f32' },
  } as const;
  return bind(bias ? { ...named, bias: { ...bias, dtype: wideC ? 'vec4' : 'f32' } } : named);
}

function direct(gpu: GpuWriter, product: Product, tile: Tile): void {
  const bindings = bindProduct(product, tile);
  const { groups, head } = flat(Math.ceil(product.rows / 4) * Math.ceil(product.columns / 4), gpu.traits, 64);
  const code = directCode(product, tile, bindings, head);
  gpu.dispatch({ label: 'direct', code, buffers: bindings.buffers, groups });
}

function dots(gpu: GpuWriter, product: Product): void {
  const wide = product.inner % 4 === 0;
  const bindings = bindProduct(product, { wideA: wide, wideB: wide, wideC: false });
  const groups = [Math.ceil(product.columns / DOT_COLUMNS), product.rows, 1] as const;
  const { traits } = gpu;
  const code = traits.subgroups
    ? dotsBySubgroupsCode(product, bindings, wide, traits)
    : dotsCode(product, bindings, wide);
  gpu.dispatch({ label: 'dots', code, buffers: bindings.buffers, groups });
}

function columns(gpu: GpuWriter, product: Product): void {
  const bindings = bindProduct(product, { wideA: false, wideB: false, wideC: false });
  const { groups, head } = flat(product.rows * product.columns, gpu.traits, 64);
  gpu.dispatch({ label: 'columns', code: columnsCode(product, bindings, head), buffers: bindings.buffers, groups });
}

/** c = bias + the partial products in order. */
function addSplits(
  gpu: GpuWriter,
  parts: GpuPlace,
  { c, bias, rows, columns: width }: Product & { readonly bias: GpuPlace },
  splits: number,
): void {
  const size = rows * width;
  const { declarations, buffers } = bind({ parts, c, bias });
  const { groups, head } = flat(size, gpu.traits, 64);
  const body = `  var sum = bias[index % ${width}u];
  for (var s = 0u; s < ${splits}u; s++) { sum += parts[s * ${size}u + index]; }
  c[index] = sum;`;
  gpu.dispatch({ label: 'sum of splits', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
}
