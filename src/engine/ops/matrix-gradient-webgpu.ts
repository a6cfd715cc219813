// The gradient of a recurrent matrix on webgpu: dweight[m, k] = sum over samples and steps of pre[m] state[k]. Independent of cells.
import { bind, flat, type GpuOperand, type GpuWriter } from '../plan/gpu/lowering.ts';
import type { SequenceExtents } from './scan-webgpu.ts';

export interface MatrixGradient {
  readonly extents: SequenceExtents;
  /** Rows of the matrix: gates x H, of all heads. */
  readonly rows: number;
  /** Heads with states of their own, of `extents.H` channels each; 1 when left out. A head has a multiple of four rows. */
  readonly heads?: number;
  readonly h: GpuOperand;
  readonly h0: GpuOperand | null;
  readonly dweight: GpuOperand;
  /** The gradient of the bias, the sum of `pre` alone. */
  readonly dbias?: GpuOperand;
  readonly operands: Readonly<Record<string, GpuOperand>>;
  /** WGSL expression of what was multiplied by matrix row `m` at step `row`. */
  readonly pre: (names: Readonly<Record<string, string>>) => string;
}

/** Rows and columns that one invocation sums in registers. */
const BLOCK = 4;
const PARTIAL_BYTES = 8 * 2 ** 20;

/** dweight[m, k] = sum over samples and steps of pre[m] state[k]: blocks in registers, steps cut into parts that are added in order. */
export function matrixGradient(gpu: GpuWriter, task: MatrixGradient): void {
  const { extents, rows, dbias } = task;
  const { H, B, T } = extents;
  // The bias is one more column whose state is 1.
  const wide = H + (dbias ? 1 : 0);
  const blocks = Math.ceil(rows / BLOCK) * Math.ceil(wide / BLOCK);
  const wanted = gpu.traits.software ? 4 : Math.ceil(65536 / blocks);
  const most = Math.max(1, Math.floor(PARTIAL_BYTES / (rows * wide * 4)));
  const parts = Math.max(1, Math.min(wanted, most, Math.ceil((B * T) / 16), 64));
  const weights = gpu.partialSums(task.dweight, parts);
  const biases = dbias ? gpu.partialSums(dbias, parts) : null;
  const start = task.h0 === null ? {} : { h0: task.h0 };
  const { declarations, names, buffers } = bind({
    ...task.operands,
    h: task.h,
    ...start,
    weights: weights.place,
    biases: biases?.place,
  });
  const { groups, head } = flat(blocks * parts, gpu.traits, 64);
  const code = `${declarations}\n${matrixCode(task, { names, head, wide, blocks, parts, strides: [weights.stride, biases?.stride ?? 0] })}`;
  gpu.dispatch({ label: 'matrix', code, buffers, groups });
}

interface MatrixCode {
  readonly names: Readonly<Record<string, string>>;
  readonly head: string;
  readonly wide: number;
  readonly blocks: number;
  readonly parts: number;
  /** From one part to the next, of the matrix and of the bias. */
  readonly strides: readonly [number, number];
}

function matrixCode(
  { extents, rows, h0, pre, heads = 1 }: MatrixGradient,
  { names, head, wide, blocks, parts, strides }: MatrixCode,
): string {
  const { B, T, H } = extents;
  const lanes = [0, 1, 2, 3];
  const across = Math.ceil(wide / BLOCK);
  const own = heads === 1 ? '' : `head * ${H}u + `;
  const bias = wide > H ? `else { biases[part * ${strides[1]}u + m] = sum; }` : '';
  return `${heads === 1 ? '' : 'var<private> head: u32;\n'}fn store(part: u32, m: u32, k: u32, sum: f32) {
  if (k < ${H}u) { weights[part * ${strides[0]}u + m * ${H}u + k] = sum; } ${bias}
}
fn pre_at(row: u32, m: u32) -> f32 { return ${pre(names)}; }
fn state_at(row: u32, k: u32) -> f32 {
  if (k >= ${H}u) { return 1f; }
  if (row % ${T}u > 0u) { return ${names['h']}[(row - 1u) * ${heads * H}u + ${own}k]; }
  return ${h0 === null ? '0f' : `${names['h0']}[(row / ${T}u) * ${heads * H}u + ${own}k]`};
}
${head}
  let part = index / ${blocks}u;
  let block = index % ${blocks}u;
  let m = (block / ${across}u) * ${BLOCK}u;
  let k = (block % ${across}u) * ${BLOCK}u;${heads === 1 ? '' : `\n  head = m / ${rows / heads}u;`}
  ${lanes.map((i) => `var sum${i} = vec4f();`).join(' ')}
  let first = part * ${Math.ceil((B * T) / parts)}u;
  for (var row = first; row < min(first + ${Math.ceil((B * T) / parts)}u, ${B * T}u); row++) {
    let state = vec4f(${lanes.map((i) => `state_at(row, min(k + ${i}u, ${wide - 1}u))`).join(', ')});
    ${lanes.map((i) => `sum${i} = fma(vec4f(pre_at(row, min(m + ${i}u, ${rows - 1}u))), state, sum${i});`).join('\n    ')}
  }
  for (var i = 0u; i < ${BLOCK}u && k + i < ${wide}u; i++) {
    ${lanes.map((i) => `if (m + ${i}u < ${rows}u) { store(part, m + ${i}u, k + i, sum${i}[i]); }`).join('\n    ')}
  }
}`;
}
