// embedding and embeddingGrad on webgpu. Ids outside the table read and add to the nearest row.
import { lastOf, sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

/** Positions that one invocation adds up before the sums of the chunks are added. */
const CHUNK = 512;
const MOST_CHUNKS = 16;

const lanesOf = (width: number): { readonly lanes: number; readonly dtype: 'vec4' | 'f32' } =>
  width % 4 === 0 ? { lanes: 4, dtype: 'vec4' } : { lanes: 1, dtype: 'f32' };

export const embeddingWebgpu: GpuLowering<OpAttrs['embedding']> = (gpu) => {
  const [ids, table, y] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.outputs, 0)];
  const width = lastOf(table.type.shape);
  const { lanes, dtype } = lanesOf(width);
  const { declarations, buffers } = bind({ ids, table: { ...table, dtype }, y: { ...y, dtype } });
  const { groups, head } = flat(sizeOf(y.type.shape) / lanes, gpu.traits);
  const columns = width / lanes;
  const body = `  let row = u32(clamp(ids[index / ${columns}u], 0, ${(table.type.shape[0] ?? 1) - 1}));
  y[index] = table[row * ${columns}u + index % ${columns}u];`;
  gpu.dispatch({ label: '', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
};

export const embeddingGradWebgpu: GpuLowering<OpAttrs['embeddingGrad']> = (gpu, { rows }) => {
  const [ids, dy, dtable] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.outputs, 0)];
  const positions = sizeOf(ids.type.shape);
  const { lanes, dtype } = lanesOf(lastOf(dtable.type.shape));
  const columns = lastOf(dtable.type.shape) / lanes;
  const chunks = Math.min(MOST_CHUNKS, Math.ceil(positions / CHUNK));
  const length = Math.ceil(positions / chunks);
  const { place, stride } = gpu.partialSums(dtable, chunks);
  const { declarations, buffers } = bind({ ids, dy: { ...dy, dtype }, sums: { ...place, dtype } });
  const { groups, head } = flat(chunks * rows * columns, gpu.traits);
  const body = `  let column = index % ${columns}u;
  let row = i32(index / ${columns}u % ${rows}u);
  let start = index / ${rows * columns}u * ${length}u;
  var sum = ${lanes === 4 ? 'vec4f(0f)' : '0f'};
  for (var n = start; n < min(start + ${length}u, ${positions}u); n++) {
    if (clamp(ids[n], 0, ${rows - 1}) == row) { sum += dy[n * ${columns}u + column]; }
  }
  sums[index / ${rows * columns}u * ${stride / lanes}u + index % ${rows * columns}u] = sum;`;
  gpu.dispatch({ label: 'chunks', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
};
