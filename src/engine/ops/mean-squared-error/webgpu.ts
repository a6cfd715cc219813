// meanSquaredError on webgpu.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { finishPairs } from '../reduce-webgpu.ts';

/** Elements of one partial sum. */
const CHUNK = 32;

export const meanSquaredErrorWebgpu: GpuLowering<OpAttrs['meanSquaredError']> = (gpu) => {
  const prediction = operand(gpu.inputs, 0);
  const size = sizeOf(prediction.type.shape);
  const parts = Math.ceil(size / CHUNK);
  const pairs = gpu.workspace(parts * 8);
  const { declarations, names, buffers } = bind({
    prediction,
    wanted: operand(gpu.inputs, 1),
    mask: operand(gpu.inputs, 2),
    pairs,
  });
  const { groups, head } = flat(parts, gpu.traits, 64);
  const code = `${declarations}
${head}
  var total = 0f;
  var counted = 0f;
  for (var i = index * ${CHUNK}u; i < min(index * ${CHUNK}u + ${CHUNK}u, ${size}u); i++) {
    let off = ${names['prediction']}[i] - ${names['wanted']}[i];
    let weight = ${names['mask']}[i];
    total += weight * off * off;
    counted += weight;
  }
  pairs[2u * index] = total;
  pairs[2u * index + 1u] = counted;
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
  finishPairs(gpu, {
    pairs,
    count: parts,
    results: { loss: operand(gpu.outputs, 0), counted: operand(gpu.outputs, 1) },
    store: 'loss[0] = select(0f, first / second, second > 0f); counted[0] = second;',
  });
};
