// WGSL of products of few rows, where tiles would be mostly empty. Sizes are literals in the code. Independent of places and groups.
import type { Bindings, GpuTraits } from '../../plan/gpu/lowering.ts';
import { groupHead, reduction } from '../reduce-webgpu.ts';
import type { Product } from './webgpu.ts';
import { storeFunction } from './webgpu-store.ts';

/** Columns that one group of 64 computes with 16 invocations each. */
export const DOT_COLUMNS = 4;
const DOT_LANES = 64;

/** c[m, n] = a[m] · b[n] (+ bias[n]), both contiguous along the inner extent. */
export function dotsCode(product: Product, { declarations, names }: Bindings, wide: boolean): string {
  const [left, right] = [names['a'] ?? 'a', names['b'] ?? 'b'];
  const { inner, columns, bias, store } = product;
  const length = wide ? inner / 4 : inner;
  const term = wide
    ? `dot(${left}[row * ${length}u + k], ${right}[n * ${length}u + k])`
    : `${left}[row * ${length}u + k] * ${right}[n * ${length}u + k]`;
  return `${declarations}
${storeFunction(store, names, false)}
var<workgroup> sums: array<f32, ${DOT_LANES}>;
@compute @workgroup_size(${DOT_LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) i: u32) {
  let row = wid.y;
  let column = wid.x * ${DOT_COLUMNS}u + i / 16u;
  let n = min(column, ${columns - 1}u);
  var sum = 0f;
  for (var k = i % 16u; k < ${length}u; k += 16u) { sum += ${term}; }
  sums[i] = sum;
  for (var half = 8u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (i % 16u < half) { sums[i] += sums[i + half]; }
  }
  if (i % 16u == 0u && column < ${columns}u) { finish(row * ${columns}u + column, sums[i]${bias ? ' + bias[column]' : ''}); }
}`;
}

/** The same with subgroups: all 64 lanes of a group process four columns together. */
export function dotsBySubgroupsCode(
  product: Product,
  { declarations, names }: Bindings,
  wide: boolean,
  traits: GpuTraits,
): string {
  const [left, right] = [names['a'] ?? 'a', names['b'] ?? 'b'];
  const { inner, columns, bias, store } = product;
  const length = wide ? inner / 4 : inner;
  const other = (i: number): string => `${right}[min(column + ${i}u, ${columns - 1}u) * ${length}u + k]`;
  const terms = [0, 1, 2, 3].map((i) => (wide ? `dot(own, ${other(i)})` : other(i))).join(', ');
  return `${declarations}
${storeFunction(store, names, false)}
${reduction('sum', DOT_LANES, traits, 'vec4f')}
${groupHead(DOT_LANES)}
  let row = wid.y;
  let column = wid.x * ${DOT_COLUMNS}u;
  var sum = vec4f();
  for (var k = lane; k < ${length}u; k += ${DOT_LANES}u) {
    let own = ${left}[row * ${length}u + k];
    sum += ${wide ? '' : 'own * '}vec4f(${terms});
  }
  let all = reduce_sum(lane, sum);
  if (lane < ${DOT_COLUMNS}u && column + lane < ${columns}u) {
    finish(row * ${columns}u + column + lane, all[lane]${bias ? ' + bias[column + lane]' : ''});
  }
}`;
}

/** c[m, n] = sum over k of a[m, k] b[k, n] (+ bias[n]): neighbouring invocations read neighbouring columns. */
export function columnsCode(product: Product, { declarations, names }: Bindings, head: string): string {
  const { inner, columns, bias, store } = product;
  return `${declarations}
${storeFunction(store, names, false)}
${head}
  let row = index / ${columns}u;
  let column = index % ${columns}u;
  var sum = ${bias ? 'bias[column]' : '0f'};
  for (var k = 0u; k < ${inner}u; k++) { sum += ${names['a']}[row * ${inner}u + k] * ${names['b']}[k * ${columns}u + column]; }
  finish(index, sum);
}`;
}
