// softmaxCrossEntropy and its gradient on webgpu: a workgroup a row, then one workgroup that adds the rows in a fixed order. Sums leave out
// the largest entry (or the target), so that the small loss of a confident prediction does not cancel.
import { lastOf, sizeOf } from '../../core/tensor.ts';
import { bind, groupsOf, operand, real, type GpuLowering, type GpuTraits } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import type { OpAttrs } from '../kinds.ts';
import { finishPairs, groupHead, lanesFor, reduction } from '../reduce-webgpu.ts';

interface RowHead {
  readonly logits: string;
  readonly classes: number;
  readonly rows: number;
  readonly lanes: number;
  readonly group: string;
  readonly traits: GpuTraits;
}

/** Head of a dispatch of rows, with `row`, `base` and `largest`. */
const rowHead = ({ logits, classes, rows, lanes, group, traits }: RowHead): string => `${MATH}
${reduction('sum', lanes, traits)}
${reduction('max', lanes, traits)}
${groupHead(lanes)}
  let row = min(${group}, ${rows - 1}u);
  let base = row * ${classes}u;
  var own = -3.4028234e38f;
  for (var v = lane; v < ${classes}u; v += ${lanes}u) { own = max(own, ${logits}[base + v]); }
  let largest = reduce_max(lane, own);`;

export const softmaxCrossEntropyWebgpu: GpuLowering<OpAttrs['softmaxCrossEntropy']> = (gpu, attrs) => {
  const [logits, targets] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const classes = lastOf(logits.type.shape);
  const rows = sizeOf(targets.type.shape);
  const lanes = lanesFor(classes, gpu.traits);
  const pairs = gpu.workspace(rows * 8);
  const { declarations, buffers } = bind({ logits, targets, lse: operand(gpu.outputs, 1), pairs });
  const { groups, group } = groupsOf(rows, gpu.traits);
  const { labelSmoothing: e } = attrs;
  const smoothed = `${real(1 - e)} * here + ${real(e)} * (logarithm + (largest - mean))`;
  const code = `${declarations}
${rowHead({ logits: 'logits', classes, rows, lanes, group, traits: gpu.traits })}
  var exps = 0f;
  var equal = 0f;
  var plain = 0f;
  for (var v = lane; v < ${classes}u; v += ${lanes}u) {
    let score = logits[base + v];
    if (score == largest) { equal += 1f; } else { exps += exp_of(score - largest); }
    plain += score;
  }
  let others = reduce_sum(lane, exps) + max(reduce_sum(lane, equal) - 1f, 0f);
  var logarithm = log_of(1f + others);
  if (others <= 1f) { logarithm = log1p_unit(others); }
  let mean = reduce_sum(lane, plain) / ${classes}f;
  if (lane == 0u) {
    let wanted = targets[row];
    lse[row] = largest + logarithm;
    let here = logarithm + (largest - logits[base + u32(clamp(wanted, 0, ${classes - 1}))]);
    pairs[2u * row] = select(0f, ${e > 0 ? smoothed : 'here'}, wanted >= 0);
    pairs[2u * row + 1u] = select(0f, 1f, wanted >= 0);
  }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
  finishPairs(gpu, {
    pairs,
    count: rows,
    results: { loss: operand(gpu.outputs, 0), valid: operand(gpu.outputs, 2) },
    store: `loss[0] = ${attrs.reduction === 'mean' ? 'first / max(second, 1f)' : 'first'}; valid[0] = second;`,
  });
};

/** May overwrite the logits: after the maximum is known, a lane reads and writes only its own classes. */
export const softmaxCrossEntropyGradWebgpu: GpuLowering<OpAttrs['softmaxCrossEntropyGrad']> = (gpu, attrs) => {
  const [logits, targets] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const classes = lastOf(logits.type.shape);
  const rows = sizeOf(targets.type.shape);
  const lanes = lanesFor(classes, gpu.traits);
  const [count, dloss] = [operand(gpu.inputs, 3), operand(gpu.inputs, 4)];
  const { declarations, names, buffers } = bind({ logits, targets, count, dloss, dlogits: operand(gpu.outputs, 0) });
  const { groups, group } = groupsOf(rows, gpu.traits);
  const { labelSmoothing: e } = attrs;
  const divide = attrs.reduction === 'mean' ? ` / max(${names['count']}[0], 1f)` : '';
  const code = `${declarations}
${rowHead({ logits: 'logits', classes, rows, lanes, group, traits: gpu.traits })}
  let wanted = targets[row];
  let hit = u32(clamp(wanted, 0, ${classes - 1}));
  let target_part = exp_of(logits[base + hit] - largest);
  var others = 0f;
  for (var v = lane; v < ${classes}u; v += ${lanes}u) {
    if (v != hit) { others += exp_of(logits[base + v] - largest); }
  }
  let wrong = reduce_sum(lane, others);
  let total = wrong + target_part;
  let scale = select(0f, ${names['dloss']}[0]${divide}, wanted >= 0);
  if (${group} < ${rows}u) {
    for (var v = lane; v < ${classes}u; v += ${lanes}u) {
      let share = exp_of(logits[base + v] - largest) / total - ${real(e / classes)};
      let own_share = ${real(e - e / classes)} - wrong / total;
      ${names['dlogits']}[base + v] = select(0f, select(share, own_share, v == hit) * scale, wanted >= 0);
    }
  }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
