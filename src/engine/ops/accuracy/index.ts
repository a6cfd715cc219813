// accuracy: how many rows have their largest logit at the target. A count, so it has no gradient.
import { sizeOf } from '../../core/tensor.ts';
import { rowsCpu, rowsTfjs } from '../../kernel/emit/rows-devices.ts';
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { shapeRule } from '../shape-rule.ts';
import { small } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { D, P, always } from '../split-rule.ts';
import { exact } from '../tolerance.ts';
import { accuracyCases } from './cases.ts';
import { accuracyKernel, accuracyRows } from './kernel.ts';
import { accuracyReference } from './reference.ts';

const accuracy: Op<'accuracy', Record<never, never>> = defineOp({
  kind: 'accuracy',
  meaning:
    '(logits […, V], targets i32 […]) -> [2]: rows whose first largest logit is the target, rows with target >= 0.',
  infer: (inputs) => [shapeRule('accuracy', inputs, { logits: '[…, V]', targets: 'i32 […]' })('[2]')],
  flops: ([logits]) => sizeOf(logits.shape),
  split: always([P, P], [D]),
  half: small,
  tolerance: exact,
  cases: accuracyCases,
  reference: accuracyReference,
  kernels: {
    cpu: { lower: rowsCpu(accuracyRows), rows: [accuracyKernel] },
    webgpu: { lower: rowsWebgpu(accuracyRows) },
    tensorflow: rowsTfjs(accuracyRows),
  },
});

export const accuracyOps = { accuracy };
