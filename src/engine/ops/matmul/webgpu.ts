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
import { matmulSizes } from './sizes.ts';
import { directCode, tileOf, tiledCode, type Tile } from './webgpu-code.ts';
import { plain, storeFunction, storeOperands, type Store } from './webgpu-store.ts';
import { columnsCode, DOT_COLUMNS, dotsBySubgroupsCode, dotsCode } from './webgpu-few-rows.ts';

/** Up to this many rows each result is computed separately: a tile would be mostly empty. */
const FEW_ROWS = 8;
/** Groups that fill a GPU, and the inner extent below which a split does not pay. */
const ENOUGH_GROUPS = 128;
const LEAST_SPLIT = 256;
/** Bytes of the splits of one product, unless two take more: they are added up together with those of other products. */
const SPLIT_BYTES = 2 ** 20;

export interface Product {
  readonly a: GpuPlace;
  readonly b: GpuPlace;
  readonly bias: GpuPlace | null;
  readonly store: Store;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

/** op(a) op(b) (+ bias), then the epilogues. */
export const matmulWebgpu: GpuLowering<OpAttrs['matmul']> = (gpu, attrs) => {
  const [a, b, c] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.outputs, 0)];
  const bias = attrs.bias ? operand(gpu.inputs, 2) : null;
  const store = { c: gpu.stored ? c : null, epilogues: gpu.epilogues };
  const { transA, transB } = attrs;
  const product: Product = { a, b, bias, store, ...matmulSizes(a.type, b.type, attrs), transA, transB };
  if (product.rows <= FEW_ROWS && !transA) (transB ? dots : columns)(gpu, product);
  else if (gpu.traits.software) direct(gpu, product, tileOf(product, gpu.traits, samePlace(a, b)));
  else tiles(gpu, product, c);
};

function tiles(gpu: GpuWriter, product: Product, c: GpuOperand): void {
  const tile = tileOf(product, gpu.traits, samePlace(product.a, product.b));
  const { bias, store } = product;
  const across = Math.ceil(product.columns / tile.columns);
  const down = Math.ceil(product.rows / tile.rows);
  const splits = splitsOf(across * down, product);
  const depth = Math.ceil(Math.ceil(product.inner / splits) / tile.depth) * tile.depth;
  const groups = [across, down, splits] as const;
  if (splits === 1) {
    const bindings = bindProduct(product, tile);
    const code = tiledCode(product, tile, bindings, { depth, stride: product.rows * product.columns });
    gpu.dispatch({ label: 'tiles', code, buffers: bindings.buffers, groups });
    return;
  }
  // The sum of the splits is delayed to share a dispatch, unless there are epilogues.
  const own = bias !== null || store.epilogues.length > 0;
  const target = own ? spare(gpu, product, splits) : gpu.partialSums(c, splits);
  const partial = { ...product, bias: null, store: plain(target.place) };
  const bindings = bindProduct(partial, tile);
  const code = tiledCode(partial, tile, bindings, { depth, stride: target.stride });
  gpu.dispatch({ label: 'tiles', code, buffers: bindings.buffers, groups });
  if (own) addSplits(gpu, target.place, product, splits);
}

function spare(gpu: GpuWriter, { rows, columns: width }: Product, splits: number): Partials {
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
  { a, b, bias, store }: Pick<Product, 'a' | 'b' | 'bias' | 'store'>,
  { wideA, wideB, wideC }: { readonly wideA: boolean; readonly wideB: boolean; readonly wideC: boolean },
): ReturnType<typeof bind> {
  const typed = (place: GpuPlace, wide: boolean) => ({ ...place, dtype: wide ? ('vec4' as const) : ('f32' as const) });
  const stored = Object.entries(storeOperands(store)).map(([name, place]) => [name, typed(place, wideC)] as const);
  const named = { a: typed(a, wideA), b: typed(b, wideB), ...Object.fromEntries(stored) };
  return bind(bias ? { ...named, bias: typed(bias, wideC) } : named);
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

/** The partial products in order after the bias, then the epilogues. */
function addSplits(gpu: GpuWriter, parts: GpuPlace, product: Product, splits: number): void {
  const { store, bias, rows, columns: width } = product;
  const size = rows * width;
  const { declarations, names, buffers } = bind({ parts, ...storeOperands(store), ...(bias ? { bias } : {}) });
  const { groups, head } = flat(size, gpu.traits, 64);
  const body = `  var sum = ${bias ? `bias[index % ${width}u]` : 'parts[index]'};
  for (var s = ${bias ? 0 : 1}u; s < ${splits}u; s++) { sum += parts[s * ${size}u + index]; }
  finish(index, sum);`;
  const code = `${declarations}\n${storeFunction(store, names, false)}\n${head}\n${body}\n}`;
  gpu.dispatch({ label: 'sum of splits', code, buffers, groups });
}
