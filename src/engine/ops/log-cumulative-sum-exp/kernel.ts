// logCumulativeSumExp and its gradient in the language of kernels, for the cpu. The gradient carries what arrives and the factor it comes with, so that
// product and sum stay one rounding where the device has that.
import {
  abs,
  add,
  equal,
  exp,
  fma,
  input,
  log1p,
  maxOrNan,
  mul,
  neg,
  select,
  sub,
  type Expr,
} from '../../kernel/expr.ts';
import type { ScanKernel } from '../../kernel/scan.ts';

const [x, y, before, arriving, later, factor] = ['x', 'y', 'y_before', 'dy', 'later', 'factor'].map(input);
const isZero = (logarithm: Expr) => equal(logarithm, -Infinity);

/** log(e^a + e^b); log 0 + log 0 = log 0. */
function logAdd(a: Expr, b: Expr): Expr {
  const larger = maxOrNan(a, b);
  return select(isZero(larger), larger, add(larger, log1p(exp(neg(abs(sub(a, b)))))));
}

/** e^(a - b), 0 where a is log 0. */
const ratio = (a: Expr, b: Expr): Expr => select(isZero(a), 0, exp(sub(a, b)));

const total = logAdd(input('total'), x);
const forward: ScanKernel = {
  name: 'logCumulativeSumExp',
  reverse: false,
  sequences: [{ name: 'x', parts: ['x'] }],
  earlier: null,
  channels: [],
  carried: { names: ['total'], next: [total], start: null, from: [-Infinity], final: null },
  outputs: [{ name: 'y', parts: [total] }],
  totals: [],
};

const sum = fma(later, factor, arriving);
const backward: ScanKernel = {
  name: 'logCumulativeSumExpGrad',
  reverse: true,
  sequences: [
    { name: 'x', parts: ['x'] },
    { name: 'y', parts: ['y'] },
    { name: 'dy', parts: ['dy'] },
  ],
  earlier: { name: 'y', parts: ['y_before'], start: 'y0' },
  channels: [],
  carried: { names: ['later', 'factor'], next: [sum, ratio(before, y)], start: null, final: null },
  outputs: [{ name: 'dx', parts: [mul(sum, ratio(x, y))] }],
  totals: [],
};

export const logCumulativeSumExpKernels = [forward, backward];

export const logCumulativeSumExpKernel = (): ScanKernel => forward;
export const logCumulativeSumExpGradKernel = (): ScanKernel => backward;
