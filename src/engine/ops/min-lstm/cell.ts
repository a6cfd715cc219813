// The step of minLSTM for each candidate, normalised or not, and its backward in the form of the earlier hand-written kernels, for the same bits.
import {
  abs,
  add,
  expHeld,
  fma,
  lessEqual,
  max,
  min,
  mul,
  neg,
  reciprocal,
  select,
  sigmoid,
  sub,
  type Expr,
} from '../../kernel/expr.ts';
import { backwardKernel, forwardKernel, type ScanKernel } from '../../kernel/scan.ts';
import { candidateExprs } from '../candidate-expr.ts';
import type { Candidate, OpAttrs } from '../kinds.ts';

/** The final gates, and the gradients of the pre-activations a and b for gate gradients `dF` and `dI`. */
interface Gates {
  readonly forget: Expr;
  readonly input: Expr;
  readonly back: (dF: Expr, dI: Expr) => { readonly a: Expr; readonly b: Expr };
}

function plainGates(a: Expr, b: Expr): Gates {
  const [forget, input] = [sigmoid(a), sigmoid(b)];
  return {
    forget,
    input,
    back: (dF, dI) => ({ a: mul(dF, mul(forget, sigmoid(neg(a)))), b: mul(dI, mul(input, sigmoid(neg(b)))) }),
  };
}

/**
 * f / (f + i) and i / (f + i) of f = sigmoid(a), i = sigmoid(b) are (1 + e^-b) / S and (1 + e^-a) / S with S = 2 + e^-a + e^-b. Everything is scaled
 * by e^-k, k = max(0, -a, -b), so that closed gates keep their ratio. Of e^-k, e^(-a-k), e^(-b-k) one is 1, so two exponentials give all of them:
 * `first` = e^-|low|, `second` = e^-(high - min(low, 0)) for the lower and the higher of a and b. With F and I for the ratios, the
 * gradients of the pre-activations are (dF - dI) F I (1 - f) and (dI - dF) F I (1 - i), where I (1 - f) = e^-a / S and F (1 - i) = e^-b /
 * S.
 */
function normalisedGates(a: Expr, b: Expr): Gates {
  const [low, high] = [min(a, b), max(a, b)];
  const first = expHeld(neg(abs(low)));
  const second = expHeld(sub(min(low, 0), high));
  const one = select(lessEqual(0, low), 1, first);
  const ofLower = select(lessEqual(0, low), first, 1);
  const ea = select(lessEqual(a, b), ofLower, second);
  const eb = select(lessEqual(b, a), ofLower, second);
  const [upper, other] = [add(one, eb), add(one, ea)];
  const share = reciprocal(add(upper, other));
  const [forget, input] = [mul(upper, share), mul(other, share)];
  const back: Gates['back'] = (dF, dI) => {
    const across = mul(sub(dF, dI), share);
    return { a: mul(across, mul(forget, ea)), b: neg(mul(across, mul(input, eb))) };
  };
  return { forget, input, back };
}

function recurrence(candidate: Candidate, normalised: boolean): Parameters<typeof forwardKernel>[1] {
  const { value, slope } = candidateExprs[candidate];
  const gatesOf = normalised ? normalisedGates : plainGates;
  return {
    sequence: 'u',
    parts: ['a', 'b', 'v'],
    channels: [],
    state: 'h',
    states: ['h'],
    step: ({ a, b, v, h }) => {
      const { forget, input } = gatesOf(a, b);
      return { h: fma(forget, h, mul(input, value(v))) };
    },
    backward: (_derived, { a, b, v, h_before, d_h, carry_h }) => {
      const { forget, input, back } = gatesOf(a, b);
      const arriving = add(d_h, carry_h);
      const ofGates = back(mul(arriving, h_before), mul(arriving, value(v)));
      return { ...ofGates, v: mul(mul(arriving, input), slope(v)), h_before: mul(arriving, forget) };
    },
  };
}

const made = (name: string, candidate: Candidate, normalised: boolean): readonly [ScanKernel, ScanKernel] => [
  forwardKernel(name, recurrence(candidate, normalised)),
  backwardKernel(`${name}Grad`, recurrence(candidate, normalised)),
];

const plain = { identity: made('minLstmIdentity', 'identity', false), g: made('minLstmPositive', 'g', false) };
const normal = {
  identity: made('minLstmIdentityNormalised', 'identity', true),
  g: made('minLstmPositiveNormalised', 'g', true),
};

const kernelsOf = ({ candidate, normalised }: OpAttrs['minLstm']): readonly [ScanKernel, ScanKernel] =>
  (normalised ? normal : plain)[candidate];

export const minLstmKernel = (attrs: OpAttrs['minLstm']): ScanKernel => kernelsOf(attrs)[0];
export const minLstmGradKernel = (attrs: OpAttrs['minLstmGrad']): ScanKernel => kernelsOf(attrs)[1];
export const minLstmKernels: readonly ScanKernel[] = [plain, normal].flatMap(({ identity, g }) => [...identity, ...g]);
