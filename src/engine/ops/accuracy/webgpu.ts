// accuracy on webgpu: an invocation a row, then one workgroup that counts.
import { lastOf, sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { finishPairs } from '../reduce-webgpu.ts';

export const accuracyWebgpu: GpuLowering<OpAttrs['accuracy']> = (gpu) => {
  const [logits, targets] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const classes = lastOf(logits.type.shape);
  const rows = sizeOf(targets.type.shape);
  const pairs = gpu.workspace(rows * 8);
  const { declarations, buffers } = bind({ logits, targets, pairs });
  const { groups, head } = flat(rows, gpu.traits, 64);
  const code = `${declarations}
${head}
  var best = 0u;
  for (var v = 1u; v < ${classes}u; v++) {
    if (logits[index * ${classes}u + v] > logits[index * ${classes}u + best]) { best = v; }
  }
  let wanted = targets[index];
  pairs[2u * index] = select(0f, 1f, wanted >= 0 && i32(best) == wanted);
  pairs[2u * index + 1u] = select(0f, 1f, wanted >= 0);
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
  finishPairs(gpu, {
    pairs,
    count: rows,
    results: { counts: operand(gpu.outputs, 0) },
    store: 'counts[0] = first; counts[1] = second;',
  });
};
