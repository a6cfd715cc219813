// What cells with a recurrent matrix share on webgpu: one dispatch with the loop over time inside (a workgroup takes some samples, their
// state stays in workgroup memory), the same backwards, and the gradient of the matrix as sums over all steps. Knows no cell.
import { bind, flat, type GpuOperand, type GpuPlace, type GpuTraits, type GpuWriter } from '../plan/gpu/lowering.ts';
import { MATH } from '../plan/gpu/math.wgsl.ts';
import type { SequenceExtents } from './scan-webgpu.ts';

/** Lanes of a workgroup: as many as channels where it can be, few where a processor plays the GPU. */
function lanesFor(H: number, { software, maxInvocations }: GpuTraits): number {
  if (software) return 4;
  let lanes = 32;
  while (lanes < H && lanes * 2 <= Math.min(512, maxInvocations)) lanes *= 2;
  return lanes;
}

export interface ForwardCell {
  readonly extents: SequenceExtents;
  readonly gates: number;
  readonly weight: GpuOperand;
  readonly h0: GpuOperand | null;
  /** [B, T, H]. */
  readonly h: GpuOperand;
  /** Further operands by name; `bound` has their names. */
  readonly operands: Readonly<Record<string, GpuOperand>>;
  /**
   * WGSL statements that store what step `row` = n T + t gives for channel `c` of sample `n`, from `dot0`, `dot1`, … (the rows of W h) and
   * `before` (the state of this channel), and declare `let next`.
   */
  readonly step: (names: Readonly<Record<string, string>>) => string;
}

/** Emits the transposed copy of the matrix (lanes read it side by side) and the dispatch over time. */
export function forwardCell(gpu: GpuWriter, cell: ForwardCell): void {
  const { H } = cell.extents;
  const columns = cell.gates * H;
  const turned = gpu.workspace(columns * H * 4);
  const copy = bind({ weight: cell.weight, turned });
  const { groups, head } = flat(columns * H, gpu.traits);
  gpu.dispatch({
    label: 'matrix',
    code: `${copy.declarations}\n${head}\n  turned[index] = weight[(index % ${columns}u) * ${H}u + index / ${columns}u];\n}`,
    buffers: copy.buffers,
    groups,
  });
  const start = cell.h0 === null ? {} : { h0: cell.h0 };
  const bound = bind({ turned, ...cell.operands, ...start, h: cell.h });
  const local = 2 * H * 4 <= gpu.traits.workgroupBytes;
  const code = `${bound.declarations}\n${MATH}\n${forwardCode(cell, bound.names, lanesFor(H, gpu.traits), local)}`;
  gpu.dispatch({ label: '', code, buffers: bound.buffers, groups: [cell.extents.B, 1, 1] });
}

const initialState = ({ h0, extents }: ForwardCell, names: Readonly<Record<string, string>>, k: string): string =>
  h0 === null ? '0f' : `${names['h0']}[n * ${extents.H}u + ${k}]`;

/** `fn state(n, t, k)`: channel k of the state before step t. */
function stateReader(cell: ForwardCell, names: Readonly<Record<string, string>>, local: boolean): string {
  const { T, H } = cell.extents;
  if (local) return `fn state(n: u32, t: u32, k: u32) -> f32 { return states[(t & 1u) * ${H}u + k]; }`;
  return `fn state(n: u32, t: u32, k: u32) -> f32 {
  if (t == 0u) { return ${initialState(cell, names, 'k')}; }
  return ${names['h']}[(n * ${T}u + t - 1u) * ${H}u + k];
}`;
}

/** `local`: the state of two steps is in workgroup memory; else it is read back from h. */
function forwardCode(
  cell: ForwardCell,
  names: Readonly<Record<string, string>>,
  lanes: number,
  local: boolean,
): string {
  const { T, H } = cell.extents;
  const gates = Array.from({ length: cell.gates }, (_, g) => g);
  const initial = (k: string) => initialState(cell, names, k);
  const prepare = local
    ? `for (var c = lane; c < ${H}u; c += ${lanes}u) { states[c] = ${initial('c')}; }\n  workgroupBarrier();`
    : '';
  return `${local ? `var<workgroup> states: array<f32, ${2 * H}>;` : ''}
${stateReader(cell, names, local)}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let n = wid.x;
  ${prepare}
  for (var t = 0u; t < ${T}u; t++) {
    let row = n * ${T}u + t;
    for (var c = lane; c < ${H}u; c += ${lanes}u) {
      ${gates.map((g) => `var dot${g} = 0f;`).join(' ')}
      for (var k = 0u; k < ${H}u; k++) {
        let other = state(n, t, k);
        let at = k * ${cell.gates * H}u + c;
        ${gates.map((g) => `dot${g} = fma(turned[at + ${g * H}u], other, dot${g});`).join('\n        ')}
      }
      let before = state(n, t, c);
      ${cell.step(names)}
      ${local ? `states[((t + 1u) & 1u) * ${H}u + c] = next;` : ''}
      ${names['h']}[row * ${H}u + c] = next;
    }
    ${local ? 'workgroupBarrier();' : 'storageBarrier();\n    workgroupBarrier();'}
  }
}`;
}

export interface BackwardCell {
  readonly extents: SequenceExtents;
  readonly gates: number;
  readonly weight: GpuOperand;
  readonly operands: Readonly<Record<string, GpuPlace>>;
  /**
   * WGSL statements for channel `c` at step `t`, `row` = n T + t, from `later` (the gradient that comes back through the state): stores results, and
   * declares `let pre0`, `let pre1`, … (what is multiplied by the rows of W) and `let kept` (what reaches the state before directly).
   */
  readonly step: (names: Readonly<Record<string, string>>) => string;
  /** WGSL statements with `later` for channel `c` after the first step. */
  readonly finish?: (names: Readonly<Record<string, string>>) => string;
}

/** Emits the dispatch back over time. */
export function backwardCell(gpu: GpuWriter, cell: BackwardCell): void {
  const { T, H, B } = cell.extents;
  const width = cell.gates * H;
  const local = (2 * width + H) * 4 <= gpu.traits.workgroupBytes;
  const spare = local ? {} : { spare: gpu.workspace(B * (2 * width + H) * 4) };
  const { declarations, names, buffers } = bind({ weight: cell.weight, ...cell.operands, ...spare });
  const lanes = lanesFor(H, gpu.traits);
  const at = (i: string) => (local ? `shared_memory[${i}]` : `spare[n * ${2 * width + H}u + ${i}]`);
  const gates = Array.from({ length: cell.gates }, (_, g) => g);
  const code = `${declarations}
${MATH}
${local ? `var<workgroup> shared_memory: array<f32, ${2 * width + H}>;` : ''}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let n = wid.x;
  for (var c = lane; c < ${H}u; c += ${lanes}u) { ${at(`${2 * width}u + c`)} = 0f; }
  for (var i = 0u; i < ${T}u; i++) {
    let t = ${T - 1}u - i;
    let row = n * ${T}u + t;
    let side = (i & 1u) * ${width}u;
    for (var c = lane; c < ${H}u; c += ${lanes}u) {
      let later = ${at(`${2 * width}u + c`)};
      ${cell.step(names)}
      ${gates.map((g) => `${at(`side + ${g * H}u + c`)} = pre${g};`).join(' ')}
      ${at(`${2 * width}u + c`)} = kept;
    }
    ${local ? '' : 'storageBarrier();'}
    workgroupBarrier();
    for (var c = lane; c < ${H}u; c += ${lanes}u) {
      var sum = ${at(`${2 * width}u + c`)};
      for (var j = 0u; j < ${width}u; j++) { sum = fma(${names['weight']}[j * ${H}u + c], ${at('side + j')}, sum); }
      ${at(`${2 * width}u + c`)} = sum;
    }
  }
  for (var c = lane; c < ${H}u; c += ${lanes}u) { let later = ${at(`${2 * width}u + c`)}; ${cell.finish?.(names) ?? ''} }
}`;
  gpu.dispatch({ label: '', code, buffers, groups: [B, 1, 1] });
}

export interface MatrixGradient {
  readonly extents: SequenceExtents;
  /** Rows of the matrix: gates x H. */
  readonly rows: number;
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
  { extents, rows, h0, pre }: MatrixGradient,
  { names, head, wide, blocks, parts, strides }: MatrixCode,
): string {
  const { B, T, H } = extents;
  const lanes = [0, 1, 2, 3];
  const across = Math.ceil(wide / BLOCK);
  const bias = wide > H ? `else { biases[part * ${strides[1]}u + m] = sum; }` : '';
  return `fn store(part: u32, m: u32, k: u32, sum: f32) {
  if (k < ${H}u) { weights[part * ${strides[0]}u + m * ${H}u + k] = sum; } ${bias}
}
fn pre_at(row: u32, m: u32) -> f32 { return ${pre(names)}; }
fn state_at(row: u32, k: u32) -> f32 {
  if (k >= ${H}u) { return 1f; }
  if (row % ${T}u > 0u) { return ${names['h']}[(row - 1u) * ${H}u + k]; }
  return ${h0 === null ? '0f' : `${names['h0']}[(row / ${T}u) * ${H}u + k]`};
}
${head}
  let part = index / ${blocks}u;
  let block = index % ${blocks}u;
  let m = (block / ${across}u) * ${BLOCK}u;
  let k = (block % ${across}u) * ${BLOCK}u;
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
