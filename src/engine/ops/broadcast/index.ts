// broadcast: a tensor repeated in front. The gradient of sums over leading extents.
import { showShape } from '../../core/tensor.ts';
import { sumToSuffix } from '../call.ts';
import { expectCount, expectDType } from '../shape-rule.ts';
import { moved } from '../half-rule.ts';
import type { OpAttrs } from '../kinds.ts';
import { copiesCpu, copiesTfjs, copiesWebgpu } from '../../kernel/emit/copies.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { S, W, pieceOf } from '../split-rule.ts';
import { exact } from '../tolerance.ts';
import { broadcastCases } from './cases.ts';
import { broadcastCopies } from './kernel.ts';
import { broadcastReference } from './reference.ts';

const broadcastRule: SampleRule<OpAttrs['broadcast']> = (question, { leading }) => {
  const piece = pieceOf(leading, question);
  return piece && { inputs: [W], outputs: [S], attrs: { leading: piece } };
};

const broadcast: Op<'broadcast', { readonly leading: readonly number[] }> = defineOp({
  kind: 'broadcast',
  meaning: '(x) -> x repeated in front: shape [...leading, ...x.shape]. Gradient of suffix reductions.',
  infer(inputs, { leading }) {
    expectCount('broadcast', inputs, ['x']);
    const [x] = inputs;
    expectDType('broadcast', 'x', x, 'f32');
    if (!leading.every((extent) => Number.isInteger(extent) && extent > 0)) {
      throw new Error(`broadcast: leading must hold positive integers, got ${showShape(leading)}`);
    }
    return [{ shape: [...leading, ...x.shape], dtype: 'f32' }];
  },
  gradient: ({ builder, inputs: [x], dOutputs: [dy] }) =>
    dy === null ? [null] : [sumToSuffix(builder, dy, builder.shape(x))],
  flops: () => 0,
  split: broadcastRule,
  half: moved,
  tolerance: exact,
  cases: broadcastCases,
  reference: broadcastReference,
  kernels: {
    cpu: { lower: copiesCpu(broadcastCopies) },
    webgpu: { lower: copiesWebgpu(broadcastCopies) },
    tensorflow: copiesTfjs(broadcastCopies),
  },
});

export const broadcastOps = { broadcast };
