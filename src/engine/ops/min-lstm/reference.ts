// The definition of minLstm and minLstmGrad: one loop over time per channel.
import { candidates } from '../candidate.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

export const minLstmReference: ReferenceKernel<OpAttrs['minLstm']> = ([u, h0], [h], { candidate, normalised }) => {
  const [batch, time, width] = h.shape;
  const { value } = candidates[candidate];
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const at = row * 3 * width + c;
        const f = sigmoid(u.data[at]);
        const i = sigmoid(u.data[at + width]);
        const total = normalised ? f + i : 1;
        state = (f / total) * state + (i / total) * value(u.data[at + 2 * width]);
        h.data[row * width + c] = state;
      }
    }
  }
};

interface Gates {
  readonly forget: number;
  readonly input: number;
  /** Gradients of the two pre-activations, given those of the gates as they are used. */
  readonly back: (dForget: number, dInput: number) => readonly [df: number, di: number];
}

/** The gates as used and the way back through sigmoid and, when normalised, through f / (f + i) and i / (f + i). */
function gatesAt(preForget: number, preInput: number, normalised: boolean): Gates {
  const f = sigmoid(preForget);
  const i = sigmoid(preInput);
  const df = f * (1 - f);
  const di = i * (1 - i);
  if (!normalised) return { forget: f, input: i, back: (dForget, dInput) => [dForget * df, dInput * di] };
  const total = f + i;
  const back = (dForget: number, dInput: number) => {
    const across = (dForget - dInput) / (total * total);
    return [across * i * df, -across * f * di] as const;
  };
  return { forget: f / total, input: i / total, back };
}

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
