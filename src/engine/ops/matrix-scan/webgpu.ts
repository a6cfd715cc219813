// matrixScan and its gradient on webgpu: a workgroup takes a sample through time, its lanes share the rows (backwards: the columns) of a matrix.
import { bind, operand, type GpuLowering, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { extentsOf } from '../scan-webgpu.ts';

/** `step`: WGSL statements for channel `c` at step `i`, which declare `let next` from the vector of the step before, `vector[side + k]`. */
function emit(gpu: GpuWriter, step: (T: number, H: number) => string): void {
  const result = operand(gpu.outputs, 0);
  const { B, T, H } = extentsOf(result);
  const { declarations, buffers } = bind({ matrix: operand(gpu.inputs, 0), given: operand(gpu.inputs, 1), result });
  const lanes = Math.min(gpu.traits.maxInvocations, gpu.traits.software ? 8 : 64);
  const code = `${declarations}
var<workgroup> vector: array<f32, ${2 * H}>;
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let n = wid.x;
  for (var i = 0u; i < ${T}u; i++) {
    let side = (i & 1u) * ${H}u;
    for (var c = lane; c < ${H}u; c += ${lanes}u) {
      ${step(T, H)}
      vector[${H}u - side + c] = next;
    }
    workgroupBarrier();
  }
}`;
  gpu.dispatch({ label: '', code, buffers, groups: [B, 1, 1] });
}

export const matrixScanWebgpu: GpuLowering<object> = (gpu) =>
  emit(
    gpu,
    (T, H) => `let at = (n * ${T}u + i) * ${H}u + c;
      var next = given[at];
      if (i > 0u) { for (var k = 0u; k < ${H}u; k++) { next = fma(matrix[at * ${H}u + k], vector[side + k], next); } }
      result[at] = next;`,
  );

export const matrixScanGradWebgpu: GpuLowering<object> = (gpu) =>
  emit(
    gpu,
    (T, H) => `let row = (n * ${T}u + ${T - 1}u - i) * ${H}u;
      var next = given[row + c];
      if (i > 0u) {
        for (var k = 0u; k < ${H}u; k++) { next = fma(matrix[(row + ${H}u + k) * ${H}u + c], vector[side + k], next); }
      }
      result[row + c] = next;`,
  );
