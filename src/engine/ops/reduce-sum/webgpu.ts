// reduceSum on webgpu: columns by chunks of rows, rows and everything by one workgroup a sum. Orders are fixed by the sizes.
import { lastOf, rowsOf, sizeOf } from '../../core/tensor.ts';
import {
  bind,
  flat,
  groupsOf,
  operand,
  real,
  type GpuLowering,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { groupHead, reduction } from '../reduce-webgpu.ts';
import { summedCount } from './count.ts';

/** Rows that one invocation adds up at least, and the chunks that are added afterwards at most. */
const ROW_CHUNK = 64;
const MOST_CHUNKS = 256;
/** Elements that one workgroup adds up at most before the sums of the groups are added. */
const GROUP_CHUNK = 16384;
/** A sum up to this long is done by one invocation. */
const SHORT = 32;

export const reduceSumWebgpu: GpuLowering<OpAttrs['reduceSum']> = (gpu, { over, mean }) => {
  const [x, y] = [operand(gpu.inputs, 0), operand(gpu.outputs, 0)];
  const scale = mean ? 1 / summedCount(x.type, over) : 1;
  if (over === 'rows') sumColumns(gpu, x, y, { rows: rowsOf(x.type.shape), columns: lastOf(x.type.shape), scale });
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

interface Sum {
  readonly x: GpuPlace;
  readonly y: GpuPlace;
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
}

/** y[c] = scale times the sum of x[r, c] over r: chunks of rows first, then the chunks. */
function sumColumns(gpu: GpuWriter, x: GpuPlace, y: GpuOperand, { rows, columns, scale }: Omit<Sum, 'x' | 'y'>): void {
  const length = Math.max(ROW_CHUNK, Math.ceil(rows / MOST_CHUNKS));
  const chunks = Math.ceil(rows / length);
  const { place: parts, stride } = gpu.partialSums(y, chunks, scale);
  const lanes = columns % 4 === 0 ? 4 : 1;
  const dtype = lanes === 4 ? 'vec4' : 'f32';
  const { declarations, buffers } = bind({ x: { ...x, dtype }, parts: { ...parts, dtype } });
  const across = columns / lanes;
  const { groups, head } = flat(chunks * across, gpu.traits, 64);
  const body = `  let column = index % ${across}u;
  let start = index / ${across}u * ${length}u;
  var sum = ${lanes === 4 ? 'vec4f(0f)' : '0f'};
  for (var r = start; r < min(start + ${length}u, ${rows}u); r++) { sum += x[r * ${across}u + column]; }
  parts[index / ${across}u * ${stride / lanes}u + column] = sum;`;
  gpu.dispatch({ label: 'rows', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
}

interface RowSum extends Sum {
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
${reduction('sum', width, gpu.traits)}
${groupHead(width)}
  let row = ${group};
  let end = min((row + 1u) * ${columns}u, ${total}u);
  var sum = 0f;
  for (var c = row * ${columns}u + lane; c < end; c += ${width}u) { sum += x[c]; }
  let all = reduce_sum(lane, sum);
  if (lane == 0u && row < ${rows}u) { y[row] = all * ${real(scale)}; }
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
