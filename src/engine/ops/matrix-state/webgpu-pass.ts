// A pass of matrixState through time on webgpu: an invocation has a column of a head's matrix (or a row) in registers; what all of them read of a step
// lies in workgroup memory, some steps at a time. Independent of what a pass computes.
import { bind, groupsOf, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import type { MatrixStateSizes } from './sizes.ts';

/** Invocations of a workgroup, and steps of a tile at most. */
const [LANES, STEPS] = [64, 16];

export type Workspace = ReturnType<GpuWriter['workspace']>;
export type Named = Readonly<Record<string, string>>;

export interface Pass {
  readonly label: string;
  readonly operands: Readonly<Record<string, GpuOperand | Workspace | null>>;
  /** Invocations of a head. */
  readonly own: number;
  readonly backwards: boolean;
  /** What a tile holds of a step, as WGSL from `row` (a step of a sample, of all heads) and `d`. */
  readonly tile: (names: Named) => readonly { readonly width: number; readonly at: string }[];
  readonly before: (names: Named) => string;
  /** A step: `row`, its numbers from `tile[at]` on. */
  readonly each: (names: Named) => string;
  readonly after: (names: Named) => string;
}

export const over = (n: number, body: string): string => `for (var d = 0u; d < ${n}u; d++) { ${body} }`;

/** Numbers of a tile one after the other, for `steps` steps from `first` on. */
function tileLoads(parts: ReturnType<Pass['tile']>, T: number, steps: number, width: number, rowOf: string): string {
  let column = 0;
  const loads = parts.map(({ width: wide, at }) => {
    const start = column;
    column += wide;
    return `for (var i = lane; i < ${steps * wide}u; i += ${LANES}u) {
      let r = i / ${wide}u;
      let d = i % ${wide}u;
      if (first + r < ${T}u) {
        let row = ${rowOf};
        tile[r * ${width}u + ${start}u + d] = ${at};
      }
    }`;
  });
  return loads.join('\n    ');
}

/** Steps of a tile that fits into workgroup memory. */
const stepsOf = (width: number, { traits }: GpuWriter): number =>
  Math.max(1, Math.min(STEPS, Math.floor((traits.workgroupBytes - 1024) / (4 * Math.max(1, width)))));

export function emit(gpu: GpuWriter, { B, T, heads }: MatrixStateSizes, pass: Pass): void {
  const given = Object.entries(pass.operands).filter(
    (entry): entry is [string, GpuOperand | Workspace] => entry[1] !== null,
  );
  const { declarations, names, buffers } = bind(Object.fromEntries(given));
  const parts = pass.tile(names);
  const width = parts.reduce((sum, one) => sum + one.width, 0);
  const steps = stepsOf(width, gpu);
  const across = Math.ceil(pass.own / LANES);
  const { groups, group } = groupsOf(B * heads * across, gpu.traits);
  const rowOf = `(b * ${T}u + ${pass.backwards ? `${T - 1}u - (first + r)` : 'first + r'}) * ${heads}u + h`;
  const code = `${declarations}
${MATH}
var<workgroup> tile: array<f32, ${Math.max(1, steps * width)}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  if (group >= ${B * heads * across}u) { return; }
  let own = (group % ${across}u) * ${LANES}u + lane;
  let head = group / ${across}u;
  let b = head / ${heads}u;
  let h = head % ${heads}u;
  let busy = own < ${pass.own}u;
  ${pass.before(names)}
  for (var first = 0u; first < ${T}u; first += ${steps}u) {
    workgroupBarrier();
    ${tileLoads(parts, T, steps, width, rowOf)}
    workgroupBarrier();
    for (var r = 0u; r < ${steps}u && busy && first + r < ${T}u; r++) {
      let row = ${rowOf};
      let at = r * ${width}u;
      ${pass.each(names)}
    }
  }
  if (busy) {
    ${pass.after(names)}
  }
}`;
  gpu.dispatch({ label: pass.label, code, buffers, groups });
}
