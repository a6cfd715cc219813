// reverse: time read from its end. It is its own inverse, and its own gradient.
import { callOne } from '../call.ts';
import { moved } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { piecewise } from '../split-rule.ts';
import { exact } from '../tolerance.ts';
import { reverseCases } from './cases.ts';
import { reverseCpu } from './cpu.ts';
import { reverseReference } from './reference.ts';
import { reverseTfjs } from './tfjs.ts';
import { reverseWebgpu } from './webgpu.ts';

const reverse: Op<'reverse', Record<never, never>> = defineOp({
  kind: 'reverse',
  meaning: '(x [B, T, H]) -> y_t = x_{T - 1 - t}.',
  infer: (inputs) => [shapeRule('reverse', inputs, { x: '[B, T, H]' })('[B, T, H]')],
  gradient: ({ builder, dOutputs: [dy] }) => (dy === null ? [null] : [callOne(builder, 'reverse', [dy], {})]),
  flops: () => 0,
  split: piecewise,
  half: moved,
  tolerance: exact,
  cases: reverseCases,
  reference: reverseReference,
  kernels: {
    cpu: { lower: reverseCpu, entries: ['reverse'] },
    webgpu: { lower: reverseWebgpu },
    tensorflow: reverseTfjs,
  },
});

export const reverseOps = { reverse };
