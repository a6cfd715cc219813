// The definition of minLstm and minLstmGrad: one loop over time per channel.
import { candidates } from '../candidate.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid, softplus } from '../unary/scalar-functions.ts';

interface Gates {
  readonly forget: number;
  readonly input: number;
  /** Gradients of the two pre-activations, given those of the final gates. */
  readonly back: (dForget: number, dInput: number) => readonly [df: number, di: number];
}

/**
 * The final gates, and the gradient of their pre-activations. Normalised, with f = sigmoid(a) and i = sigmoid(b):
 * f / (f + i) = sigmoid(softplus(-b) - softplus(-a)), which works even if f and i both underflow.
 */
function gatesAt(a: number, b: number, normalised: boolean): Gates {
  if (!normalised) {
    const f = sigmoid(a);
    const i = sigmoid(b);
    return { forget: f, input: i, back: (dForget, dInput) => [dForget * f * (1 - f), dInput * i * (1 - i)] };
  }
  const difference = softplus(-b) - softplus(-a);
  const forget = sigmoid(difference);
  const input = sigmoid(-difference);
  const back = (dForget: number, dInput: number) => {
    const across = (dForget - dInput) * forget * input;
    return [across * sigmoid(-a), -across * sigmoid(-b)] as const;
  };
  return { forget, input, back };
}

export const minLstmReference: ReferenceKernel<OpAttrs['minLstm']> = ([u, h0], [h], { candidate, normalised }) => {
  const [batch, time, width] = h.shape;
  const { value } = candidates[candidate];
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const at = row * 3 * width + c;
        const { forget, input } = gatesAt(u.data[at], u.data[at + width], normalised);
        state = forget * state + input * value(u.data[at + 2 * width]);
        h.data[row * width + c] = state;
      }
    }
  }
};

export const minLstmGradReference: ReferenceKernel<OpAttrs['minLstmGrad']> = (
  [u, h, dh, h0],
  [du, dh0],
  { candidate, normalised },
) => {
  const [batch, time, width] = h.shape;
  const { value, derivative } = candidates[candidate];
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let fromLater = 0;
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const at = row * 3 * width + c;
        const gates = gatesAt(u.data[at], u.data[at + width], normalised);
        const arriving = dh.data[row * width + c] + fromLater;
        const before = t > 0 ? h.data[(row - 1) * width + c] : (h0?.data[n * width + c] ?? 0);
        const content = u.data[at + 2 * width];
        const [df, di] = gates.back(arriving * before, arriving * value(content));
        du.data[at] = df;
        du.data[at + width] = di;
        du.data[at + 2 * width] = arriving * gates.input * derivative(content);
        fromLater = arriving * gates.forget;
      }
      if (dh0) dh0.data[n * width + c] = fromLater;
    }
  }
};
