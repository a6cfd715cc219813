// reshape: the same bytes read with other extents. A view, so devices do nothing for it.
import { showShape, sizeOf } from '../../core/tensor.ts';
import { shaped } from '../call.ts';
import { expectCount } from '../shape-rule.ts';
import { moved } from '../half-rule.ts';
import type { OpAttrs } from '../kinds.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { D, P, S, pieceOf } from '../split-rule.ts';
import { exact } from '../tolerance.ts';
import { reshapeCases } from './cases.ts';
import { reshapeCpu } from './cpu.ts';
import { reshapeReference } from './reference.ts';
import { reshapeTfjs } from './tfjs.ts';
import { reshapeWebgpu } from './webgpu.ts';

const reshapeRule: SampleRule<OpAttrs['reshape']> = (question, { shape }) => {
  if (question.sums[0] === true) return { inputs: [], outputs: [D] };
  const piece = pieceOf(shape, question);
  return piece && { inputs: [P], outputs: [S], attrs: { shape: piece } };
};

const reshape: Op<'reshape', { readonly shape: readonly number[] }> = defineOp({
  kind: 'reshape',
  meaning: '(x) -> x with another shape of the same size, row-major order kept. A view: no copy.',
  infer(inputs, { shape }) {
    expectCount('reshape', inputs, ['x']);
    const [x] = inputs;
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new Error(
        `reshape: ${showShape(x.shape)} has ${sizeOf(x.shape)} elements, got ${showShape(shape)} with ${sizeOf(shape)}`,
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  gradient: ({ builder, inputs: [x], dOutputs: [dy] }) =>
    dy === null ? [null] : [shaped(builder, dy, builder.shape(x))],
  view: true,
  flops: () => 0,
  split: reshapeRule,
  half: moved,
  tolerance: exact,
  cases: reshapeCases,
  reference: reshapeReference,
  kernels: {
    cpu: { lower: reshapeCpu },
    webgpu: { lower: reshapeWebgpu },
    tensorflow: reshapeTfjs,
  },
});

export const reshapeOps = { reshape };
