// softmaxCrossEntropy and its gradient on webgpu: a workgroup a row, then one workgroup that adds the rows in a fixed order.
import { lastOf, sizeOf } from '../../core/tensor.ts';
import { bind, flat, groupsOf, operand, real, type GpuLowering } from '../../device/webgpu/lowering.ts';
import { MATH } from '../../device/webgpu/math.wgsl.ts';
import type { OpAttrs } from '../kinds.ts';
import { finishPairs, groupHead, lanesFor, reduction } from '../reduce-webgpu.ts';

export const softmaxCrossEntropyWebgpu: GpuLowering<OpAttrs['softmaxCrossEntropy']> = (gpu, attrs) => {
  const [logits, targets] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const [loss, lse, count] = [operand(gpu.outputs, 0), operand(gpu.outputs, 1), operand(gpu.outputs, 2)];
  const classes = lastOf(logits.type.shape);
  const rows = sizeOf(targets.type.shape);
  const lanes = lanesFor(classes, gpu.traits);
  const pairs = gpu.workspace(rows * 8);
  const { declarations, buffers } = bind({ logits, targets, lse, pairs });
  const { groups, group } = groupsOf(rows, gpu.traits);
  const each = `for (var v = lane; v < ${classes}u; v += ${lanes}u)`;
  const code = `${declarations}
${MATH}
${reduction('sum', lanes)}
${reduction('max', lanes)}
${groupHead(lanes)}
  let row = min(${group}, ${rows - 1}u);
  let base = row * ${classes}u;
  var own = -3.4028234e38f;
  ${each} { own = max(own, logits[base + v]); }
  let largest = reduce_max(lane, own);
  var exps = 0f;
  var plain = 0f;
  ${each} { let score = logits[base + v]; exps += exp_of(score - largest); plain += score; }
  let total = largest + log_of(reduce_sum(lane, exps));
  let sum = reduce_sum(lane, plain);
  if (lane == 0u) {
    let wanted = targets[row];
    lse[row] = total;
    var here = 0f;
    if (wanted >= 0) {
      here = total - ${real(1 - attrs.labelSmoothing)} * logits[base + u32(wanted)]${attrs.labelSmoothing > 0 ? ` - ${real(attrs.labelSmoothing / classes)} * sum` : ''};
    }
    pairs[2u * row] = here;
    pairs[2u * row + 1u] = select(0f, 1f, wanted >= 0);
  }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
  const value = attrs.reduction === 'mean' ? 'first / max(second, 1f)' : 'first';
  finishPairs(gpu, {
    pairs,
    count: rows,
    results: { loss, valid: count },
    store: `loss[0] = ${value}; valid[0] = second;`,
  });
};

export const softmaxCrossEntropyGradWebgpu: GpuLowering<OpAttrs['softmaxCrossEntropyGrad']> = (gpu, attrs) => {
  const logits = operand(gpu.inputs, 0);
  const classes = lastOf(logits.type.shape);
  const { declarations, names, buffers } = bind({
    logits,
    targets: operand(gpu.inputs, 1),
    lse: operand(gpu.inputs, 2),
    count: operand(gpu.inputs, 3),
    dloss: operand(gpu.inputs, 4),
    dlogits: operand(gpu.outputs, 0),
  });
  const { groups, head } = flat(sizeOf(logits.type.shape), gpu.traits);
  const divide = attrs.reduction === 'mean' ? ` / max(${names['count']}[0], 1f)` : '';
  const code = `${declarations}
${MATH}
${head}
  let row = index / ${classes}u;
  let wanted = targets[row];
  var result = 0f;
  if (wanted >= 0) {
    let share = ${real(attrs.labelSmoothing / classes)} + select(0f, ${real(1 - attrs.labelSmoothing)}, index % ${classes}u == u32(wanted));
    result = (exp_of(${names['logits']}[index] - ${names['lse']}[row]) - share) * (${names['dloss']}[0]${divide});
  }
  ${names['dlogits']}[index] = result;
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
