// What cells with a recurrent matrix share on webgpu: one dispatch with the loop over time inside (a workgroup takes a sample, its state
// stays in workgroup memory, the matrix where it fits), and the same backwards. Independent of cells.
import { bind, flat, type GpuOperand, type GpuPlace, type GpuWriter } from '../plan/gpu/lowering.ts';
import { MATH } from '../plan/gpu/math.wgsl.ts';
import {
  placeWeight,
  spreadProduct,
  weightForm,
  type StepProduct,
  type WeightForm,
} from './recurrent-weights-webgpu.ts';
import type { SequenceExtents } from './scan-webgpu.ts';

type Names = Readonly<Record<string, string>>;

/** A matrix with a block for each head: `extents.H` are the channels of one of them. */
interface Heads {
  readonly extents: SequenceExtents;
  /** 1 when left out; with more, WGSL has `head`, and a workgroup takes a head of a sample. */
  readonly heads?: number;
}

const headCount = ({ heads = 1 }: Heads): number => heads;
/** Channels of a state. */
const widthOf = (cell: Heads): number => headCount(cell) * cell.extents.H;
/** Channel `c` of this head in a state. */
const inState = (cell: Heads, c: string): string => (headCount(cell) === 1 ? c : `head * ${cell.extents.H}u + ${c}`);
/** The block of this head in a matrix whose blocks have so many numbers. */
const inMatrix = (cell: Heads, size: number): string => (headCount(cell) === 1 ? '' : `head * ${size}u + `);

export interface ForwardCell extends Heads {
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
  readonly step: (names: Names) => string;
}

/** Emits the dispatch over time, after a dispatch that transposes the matrix if the lanes need it for contiguous reads. */
export function forwardCell(gpu: GpuWriter, cell: ForwardCell): void {
  const { B, H } = cell.extents;
  const rows = cell.gates * H;
  const product: StepProduct = { channels: H, sums: cell.gates, inner: H, rows, besides: 2 * H, apart: true };
  const form = weightForm(product, gpu.traits);
  const weight = form.turned ? turnedCopy(gpu, cell.weight, [headCount(cell), rows, H]) : cell.weight;
  const start = cell.h0 === null ? {} : { h0: cell.h0 };
  const { declarations, names, buffers } = bind({ weight, ...cell.operands, ...start, h: cell.h });
  const local = 2 * H * 4 <= gpu.traits.workgroupBytes;
  const body = form.kind === 'registers' ? spreadForward : plainForward;
  const code = `${declarations}\n${MATH}\n${body({ cell, names, product, form, local })}`;
  gpu.dispatch({ label: '', code, buffers, groups: [B * headCount(cell), 1, 1] });
}

function turnedCopy(gpu: GpuWriter, weight: GpuOperand, [heads, rows, H]: readonly [number, number, number]): GpuPlace {
  const turned = gpu.workspace(heads * rows * H * 4);
  const { declarations, buffers } = bind({ weight, turned });
  const { groups, head } = flat(heads * rows * H, gpu.traits);
  const column = heads === 1 ? `index / ${rows}u` : `index / ${rows}u % ${H}u`;
  const block = heads === 1 ? '' : `index / ${rows * H}u * ${rows * H}u + `;
  gpu.dispatch({
    label: 'matrix',
    code: `${declarations}\n${head}\n  turned[index] = weight[${block}(index % ${rows}u) * ${H}u + ${column}];\n}`,
    buffers,
    groups,
  });
  return turned;
}

interface ForwardParts {
  readonly cell: ForwardCell;
  readonly names: Names;
  readonly product: StepProduct;
  readonly form: WeightForm;
  /** The state of two steps is in workgroup memory; otherwise it is read back from h. */
  readonly local: boolean;
}

const gatesOf = ({ gates }: { readonly gates: number }): number[] => Array.from({ length: gates }, (_, g) => g);

const headOf = (
  lanes: number,
  cell: Heads,
): string => `${headCount(cell) === 1 ? '' : 'var<private> head: u32;\n'}@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let n = wid.x${headCount(cell) === 1 ? '' : ` / ${headCount(cell)}u;\n  head = wid.x % ${headCount(cell)}u`};`;

const initialState = (cell: ForwardCell, names: Names, k: string): string =>
  cell.h0 === null ? '0f' : `${names['h0']}[n * ${widthOf(cell)}u + ${inState(cell, k)}]`;

/** `fn state(n, t, k)`: channel k of the state before step t. */
function stateReader({ cell, names, local }: ForwardParts): string {
  const { T, H } = cell.extents;
  if (local) return `fn state(n: u32, t: u32, k: u32) -> f32 { return states[(t & 1u) * ${H}u + k]; }`;
  return `fn state(n: u32, t: u32, k: u32) -> f32 {
  if (t == 0u) { return ${initialState(cell, names, 'k')}; }
  return ${names['h']}[(n * ${T}u + t - 1u) * ${widthOf(cell)}u + ${inState(cell, 'k')}];
}`;
}

/** Each lane computes whole channels. */
function plainForward(parts: ForwardParts): string {
  const { cell, names, product, form, local } = parts;
  const { T, H } = cell.extents;
  const { lanes } = form;
  const block = inMatrix(cell, cell.gates * H * H);
  const { declarations, load, at } = placeWeight(form, names['weight'] ?? 'weight', product, block);
  const element = (g: number): string =>
    form.turned ? `${names['weight']}[${block}k * ${cell.gates * H}u + ${g * H}u + c]` : at(`${g * H}u + c`, 'k');
  const prepare = `for (var c = lane; c < ${H}u; c += ${lanes}u) { states[c] = ${initialState(cell, names, 'c')}; }
  workgroupBarrier();`;
  return `${local ? `var<workgroup> states: array<f32, ${2 * H}>;` : ''}
${declarations}
${stateReader(parts)}
${headOf(lanes, cell)}
  ${load}
  ${local ? prepare : ''}
  for (var t = 0u; t < ${T}u; t++) {
    let row = n * ${T}u + t;
    for (var c = lane; c < ${H}u; c += ${lanes}u) {
      ${gatesOf(cell)
        .map((g) => `var dot${g} = 0f;`)
        .join(' ')}
      for (var k = 0u; k < ${H}u; k++) {
        let other = state(n, t, k);
        ${gatesOf(cell)
          .map((g) => `dot${g} = fma(${element(g)}, other, dot${g});`)
          .join('\n        ')}
      }
      let before = state(n, t, c);
      ${cell.step(names)}
      ${local ? `states[((t + 1u) & 1u) * ${H}u + c] = next;` : ''}
      ${names['h']}[row * ${widthOf(cell)}u + ${inState(cell, 'c')}] = next;
    }
    ${local ? 'workgroupBarrier();' : 'storageBarrier();\n    workgroupBarrier();'}
  }
}`;
}

/** Several lanes share a channel: each multiplies its part, then the first lanes finish the step. */
function spreadForward({ cell, names, product, form }: ForwardParts): string {
  const { T, H } = cell.extents;
  const spread = spreadProduct(
    form,
    names['weight'] ?? 'weight',
    product,
    (g, k, c) => `${inMatrix(cell, cell.gates * H * H)}(${g * H}u + ${c}) * ${H}u + ${k}`,
  );
  return `${spread.declarations}
${headOf(form.lanes, cell)}
  let c = lane;
  ${spread.load}
  if (lane < ${H}u) { numbers[c] = ${initialState(cell, names, 'c')}; }
  workgroupBarrier();
  for (var t = 0u; t < ${T}u; t++) {
    ${spread.share}
    workgroupBarrier();
    if (lane < ${H}u) {
      let row = n * ${T}u + t;
      ${gatesOf(cell)
        .map((g) => `let dot${g} = ${spread.sum(g)};`)
        .join('\n      ')}
      let before = numbers[c];
      ${cell.step(names)}
      numbers[c] = next;
      ${names['h']}[row * ${widthOf(cell)}u + ${inState(cell, 'c')}] = next;
    }
    workgroupBarrier();
  }
}`;
}

export interface BackwardCell extends Heads {
  readonly gates: number;
  readonly weight: GpuOperand;
  readonly operands: Readonly<Record<string, GpuPlace>>;
  /**
   * WGSL statements for channel `c` at step `t`, `row` = n T + t, from `later` (the gradient that comes back through the state): stores results, and
   * declares `let pre0`, `let pre1`, … (what is multiplied by the rows of W) and `let kept` (what reaches the state before directly).
   */
  readonly step: (names: Names) => string;
  /** WGSL statements with `later` for channel `c` after the first step. */
  readonly finish?: (names: Names) => string;
}

/** Emits the dispatch backwards over time. */
export function backwardCell(gpu: GpuWriter, cell: BackwardCell): void {
  const { H, B } = cell.extents;
  const width = cell.gates * H;
  const product: StepProduct = {
    channels: H,
    sums: 1,
    inner: width,
    rows: width,
    besides: 2 * width + H,
    apart: false,
  };
  const form = weightForm(product, gpu.traits);
  const local = (2 * width + H) * 4 <= gpu.traits.workgroupBytes;
  const spare =
    local || form.kind === 'registers' ? {} : { spare: gpu.workspace(B * headCount(cell) * (2 * width + H) * 4) };
  const { declarations, names, buffers } = bind({ weight: cell.weight, ...cell.operands, ...spare });
  const body = form.kind === 'registers' ? spreadBackward : plainBackward;
  const code = `${declarations}\n${MATH}\n${body({ cell, names, product, form, local })}`;
  gpu.dispatch({ label: '', code, buffers, groups: [B * headCount(cell), 1, 1] });
}

type BackwardParts = Omit<ForwardParts, 'cell'> & { readonly cell: BackwardCell };

function plainBackward({ cell, names, product, form, local }: BackwardParts): string {
  const { T, H } = cell.extents;
  const width = cell.gates * H;
  const { lanes } = form;
  const placed = placeWeight(form, names['weight'] ?? 'weight', product, inMatrix(cell, width * H));
  const at = (i: string) => (local ? `shared_memory[${i}]` : `spare[wid.x * ${2 * width + H}u + ${i}]`);
  const each = `for (var c = lane; c < ${H}u; c += ${lanes}u)`;
  return `${placed.declarations}
${local ? `var<workgroup> shared_memory: array<f32, ${2 * width + H}>;` : ''}
${headOf(lanes, cell)}
  ${placed.load}
  ${each} { ${at(`${2 * width}u + c`)} = 0f; }
  for (var i = 0u; i < ${T}u; i++) {
    let t = ${T - 1}u - i;
    let row = n * ${T}u + t;
    let side = (i & 1u) * ${width}u;
    ${each} {
      let later = ${at(`${2 * width}u + c`)};
      ${cell.step(names)}
      ${gatesOf(cell)
        .map((g) => `${at(`side + ${g * H}u + c`)} = pre${g};`)
        .join(' ')}
      ${at(`${2 * width}u + c`)} = kept;
    }
    ${local ? '' : 'storageBarrier();'}
    workgroupBarrier();
    ${each} {
      var sum = ${at(`${2 * width}u + c`)};
      for (var j = 0u; j < ${width}u; j++) { sum = fma(${placed.at('j', 'c')}, ${at('side + j')}, sum); }
      ${at(`${2 * width}u + c`)} = sum;
    }
  }
  ${each} { let later = ${at(`${2 * width}u + c`)}; ${cell.finish?.(names) ?? ''} }
}`;
}

function spreadBackward({ cell, names, product, form }: BackwardParts): string {
  const { T, H } = cell.extents;
  const block = inMatrix(cell, cell.gates * H * H);
  const spread = spreadProduct(
    form,
    names['weight'] ?? 'weight',
    product,
    (_, k, c) => `${block}(${k}) * ${H}u + ${c}`,
  );
  return `${spread.declarations}
${headOf(form.lanes, cell)}
  let c = lane;
  ${spread.load}
  var carried = 0f;
  for (var i = 0u; i < ${T}u; i++) {
    if (lane < ${H}u) {
      let t = ${T - 1}u - i;
      let row = n * ${T}u + t;
      let later = carried;
      ${cell.step(names)}
      ${gatesOf(cell)
        .map((g) => `numbers[${g * H}u + c] = pre${g};`)
        .join(' ')}
      carried = kept;
    }
    workgroupBarrier();
    ${spread.share}
    workgroupBarrier();
    if (lane < ${H}u) { carried += ${spread.sum(0)}; }
  }
  if (lane < ${H}u) { let later = carried; ${cell.finish?.(names) ?? ''} }
}`;
}
