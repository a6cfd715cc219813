// reduceSum on webgpu: columns by chunks of rows, rows and everything by one workgroup a sum. Orders are fixed by the sizes.
import { lastOf, rowsOf, sizeOf } from '../../core/tensor.ts';
import {
  bind,
  flat,
  groupsOf,
  operand,
  real,
  type GpuLowering,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { summedCount } from './index.ts';

/** Rows that one invocation adds up at most before the chunks are added. */
const ROW_CHUNK = 64;
/** Elements that one workgroup adds up at most before the sums of the groups are added. */
const GROUP_CHUNK = 16384;
/** A sum up to this long is done by one invocation. */
const SHORT = 32;

export const reduceSumWebgpu: GpuLowering<OpAttrs['reduceSum']> = (gpu, { over, mean }) => {
  const [x, y] = [operand(gpu.inputs, 0), operand(gpu.outputs, 0)];
  const scale = mean ? 1 / summedCount(x.type, over) : 1;
  if (over === 'rows') sumColumns(gpu, { x, y, rows: rowsOf(x.type.shape), columns: lastOf(x.type.shape), scale });
  else if (over === 'last') {
    sumRows(gpu, {
      x,
      y,
      rows: sizeOf(y.type.shape),
      columns: lastOf(x.type.shape),
      total: sizeOf(x.type.shape),
      scale,
    });
  } else sumAll(gpu, x, y, sizeOf(x.type.shape), scale);
};

export interface ColumnSum {
  readonly x: GpuPlace;
  readonly y: GpuPlace;
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
}

/** y[c] = scale times the sum of x[r, c] over r: chunks of rows first, then the chunks. */
export function sumColumns(gpu: GpuWriter, { x, y, rows, columns, scale }: ColumnSum): void {
  const chunks = Math.ceil(rows / ROW_CHUNK);
  const parts = chunks === 1 ? y : gpu.workspace(4 * chunks * columns);
  const { declarations, buffers } = bind({ x, parts });
  const { groups, head } = flat(chunks * columns, gpu.traits, 64);
  const body = `  let column = index % ${columns}u;
  let start = index / ${columns}u * ${ROW_CHUNK}u;
  var sum = 0f;
  for (var r = start; r < min(start + ${ROW_CHUNK}u, ${rows}u); r++) { sum += x[r * ${columns}u + column]; }
  parts[index] = sum${chunks === 1 ? ` * ${real(scale)}` : ''};`;
  gpu.dispatch({ label: 'rows', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
  if (chunks > 1) sumColumns(gpu, { x: parts, y, rows: chunks, columns, scale });
}

interface RowSum extends ColumnSum {
  /** Elements of x; the last row may be shorter. */
  readonly total: number;
}

/** y[r] = scale times the sum of row r of x. */
function sumRows(gpu: GpuWriter, sum: RowSum): void {
  const { x, y, rows, columns, scale, total } = sum;
  const { declarations, buffers } = bind({ x, y });
  if (columns <= SHORT) {
    const { groups, head } = flat(rows, gpu.traits, 64);
    const body = `  var sum = 0f;
  for (var c = index * ${columns}u; c < min((index + 1u) * ${columns}u, ${total}u); c++) { sum += x[c]; }
  y[index] = sum * ${real(scale)};`;
    gpu.dispatch({ label: 'short rows', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
    return;
  }
  const width = Math.min(columns <= 256 ? 64 : 256, gpu.traits.maxInvocations);
  const { groups, group } = groupsOf(rows, gpu.traits);
  const code = `${declarations}
var<workgroup> sums: array<f32, ${width}>;
@compute @workgroup_size(${width})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) i: u32) {
  let row = ${group};
  let end = min((row + 1u) * ${columns}u, ${total}u);
  var sum = 0f;
  for (var c = row * ${columns}u + i; c < end; c += ${width}u) { sum += x[c]; }
  sums[i] = sum;
  for (var half = ${width / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (i < half) { sums[i] += sums[i + half]; }
  }
  if (i == 0u && row < ${rows}u) { y[row] = sums[0] * ${real(scale)}; }
}`;
  gpu.dispatch({ label: 'rows by groups', code, buffers, groups });
}

function sumAll(gpu: GpuWriter, x: GpuPlace, y: GpuPlace, total: number, scale: number): void {
  const rows = Math.ceil(total / GROUP_CHUNK);
  if (rows === 1) {
    sumRows(gpu, { x, y, rows, columns: total, total, scale });
    return;
  }
  const parts = gpu.workspace(4 * rows);
  sumRows(gpu, { x, y: parts, rows, columns: GROUP_CHUNK, total, scale: 1 });
  sumAll(gpu, parts, y, rows, scale);
}
