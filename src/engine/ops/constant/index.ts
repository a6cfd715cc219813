// constant: a tensor filled with one number. Has no inputs, so it has no gradient.
import { expectCount } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import type { OpAttrs } from '../kinds.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { S, pieceOf } from '../split-rule.ts';
import { exact, stored } from '../tolerance.ts';
import { constantCases } from './cases.ts';
import { constantCpu } from './cpu.ts';
import { constantReference } from './reference.ts';
import { constantTfjs } from './tfjs.ts';
import { constantWebgpu } from './webgpu.ts';

const constantRule: SampleRule<OpAttrs['constant']> = (question, { shape, value }) => {
  const piece = pieceOf(shape, question);
  return piece && { inputs: [], outputs: [S], attrs: { shape: piece, value } };
};

const constant: Op<'constant', { readonly shape: readonly number[]; readonly value: number }> = defineOp({
  kind: 'constant',
  meaning: '() -> shape filled with value.',
  infer(inputs, { shape, value }) {
    expectCount('constant', inputs, []);
    if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) {
      throw new Error(`constant: shape must hold positive integers, got [${shape.join(', ')}]`);
    }
    if (!Number.isFinite(value)) throw new Error(`constant: value must be finite, got ${value}`);
    return [{ shape, dtype: 'f32' }];
  },
  flops: () => 0,
  split: constantRule,
  half,
  tolerance: exact,
  halfTolerance: stored,
  cases: constantCases,
  reference: constantReference,
  kernels: {
    cpu: { lower: constantCpu, entries: ['fill'] },
    webgpu: { lower: constantWebgpu },
    tensorflow: constantTfjs,
  },
});

export const constantOps = { constant };
