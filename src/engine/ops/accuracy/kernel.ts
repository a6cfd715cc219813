// accuracy in the language of kernels: a target is hit where no entry before it is as large and none behind it larger.
import { equal, input, less, lessEqual, select } from '../../kernel/expr.ts';
import { column, defineRows, rowInputs, type RowsOf } from '../../kernel/rows.ts';
import type { OpAttrs } from '../kinds.ts';

const [logits, targets, chosen] = ['logits', 'targets', 'chosen'].map(input);
const isValid = lessEqual(0, targets);
const before = select(less(logits, chosen), 0, 1);
const behind = select(lessEqual(logits, chosen), 0, 1);

export const accuracyKernel = defineRows({
  name: 'accuracy',
  inputs: rowInputs({ logits: 'row', targets: 'index' }),
  picks: [{ name: 'chosen', of: 'logits', at: 'targets' }],
  folds: [{ name: 'better', reduce: 'sum', of: [select(less(column, targets), before, behind)] }],
  sums: { hits: select(isValid, select(equal(input('better'), 0), 1, 0), 0), valid: select(isValid, 1, 0) },
  finish: { counts: [input('hits'), input('valid')] },
});

export const accuracyRows: RowsOf<OpAttrs['accuracy']> = () => ({ kernel: accuracyKernel });
