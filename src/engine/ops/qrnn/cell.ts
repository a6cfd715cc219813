// qrnn: fo-pooling of the quasi-recurrent network (Bradbury et al. 2016), in the polarity of its authors' code.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { fma, mul, sigmoid, sub, tanh } from '../../kernel/expr.ts';
import { qrnnGradReference, qrnnReference } from './reference.ts';

export const qrnn: Cell<'qrnn'> = defineCell(
  'qrnn',
  {
    sequence: 'u',
    parts: ['z', 'f', 'o'],
    channels: [],
    state: 'c',
    states: ['c'],
    step: ({ z, f, c }) => ({ c: fma(sigmoid(f), sub(tanh(z), c), c) }),
    read: { sequence: 'h', parts: ['h'], of: ({ o, c }) => ({ h: mul(sigmoid(o), c) }) },
  },
  {
    forward: qrnnReference,
    backward: qrnnGradReference,
    meaning: 'c_t = sigmoid(f) c_{t-1} + (1 - sigmoid(f)) tanh(z), h = sigmoid(o) c.',
  },
);
