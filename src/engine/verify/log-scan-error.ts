// Error bound of the log-space scan in float32, from the values of a case: the error analysis of decision 10. With
// A_t = sum of log a_s, log h_t = A_t + log sum exp(log b_s - A_s): each of the three is kept to half an ulp of its size, u |A|, and log and exp
// add a few of those. So h_t has a relative error of delta = c u |A_T|.
//   gradients  d log a_t is what is left of the terms w_s h_s, s >= t, after most of them cancel; each brings an error of delta of its own size.
//              They add up as independent errors do: delta P_t with P_t^2 = sum over s >= t of (w_s h_s)^2. A parameter's gradient adds
//              P_t over all steps (neighbours share their errors) and, independently, over samples.
import { itemAt } from '../core/item.ts';
import { largest } from './compare.ts';
import { tensorIn } from './golden-tensor.ts';
import type { GoldenLayerCase } from './golden.ts';

/** Half an ulp of float32 at 1. */
const u = 2 ** -24;
/** Roundings of the size of |A|: log b - A, the log of the sum, its sum with A; log of up to 3 ulp on a graphics card. */
const roundings = 6;
/** Allowance for everything else: gates and sums of a few ulp. */
const others = 2e-6;

export interface LogScanError {
  /** Relative to `scales`, or to the size of the compared values without one. */
  readonly allowed: number;
  /** Natural scale of a gradient by the name of its input or parameter; its error is relative to this. */
  readonly scales: ReadonlyMap<string, number>;
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Largest |A_T| over samples and channels. `gates` names the rows of pre-activations: z | h, or f | i | h. */
function largestDecay({ config, inputs, params }: GoldenLayerCase, gates: readonly string[]): number {
  const x = tensorIn(inputs, 'x');
  const [B = 1, T = 1, I = 1] = x.shape;
  const [H = 1] = tensorIn(params, `W${itemAt(gates, 0)}`).shape;
  const before = (row: string, at: number, channel: number): number => {
    const bias = params[`b${row}`];
    const { data } = tensorIn(params, `W${row}`);
    let sum = bias === undefined ? 0 : itemAt(bias.data, channel);
    for (let i = 0; i < I; i++) sum += itemAt(data, channel * I + i) * itemAt(x.data, at * I + i);
    return sum;
  };
  const decay = (at: number, channel: number): number => {
    const first = before(itemAt(gates, 0), at, channel);
    if (gates.length === 2) return softplus(first);
    if (config['normalised'] === false) return softplus(-first);
    return softplus(softplus(-first) - softplus(-before(itemAt(gates, 1), at, channel)));
  };
  let most = 0;
  for (let n = 0; n < B; n++) {
    for (let channel = 0; channel < H; channel++) {
      let A = 0;
      for (let t = 0; t < T; t++) A += decay(n * T + t, channel);
      most = Math.max(most, A);
    }
  }
  return most;
}

/** Sums of P: over steps and samples for a channel (a bias), over channels for a step (an input), and P_1 / h_0 (the start). */
function termSums({ inputs, outputs, w }: GoldenLayerCase): { bias: number; step: number; start: number } {
  const h = tensorIn(outputs, 'h');
  const [B = 1, T = 1, H = 1] = h.shape;
  const [weights, h0] = [tensorIn(w, 'h').data, tensorIn(inputs, 'h0').data];
  const ofChannel = new Float64Array(H);
  const ofStep = new Float64Array(B * T);
  let start = 0;
  for (let n = 0; n < B; n++) {
    for (let channel = 0; channel < H; channel++) {
      let squares = 0;
      let overSteps = 0;
      for (let t = T - 1; t >= 0; t--) {
        const i = (n * T + t) * H + channel;
        squares += (itemAt(weights, i) * itemAt(h.data, i)) ** 2;
        overSteps += Math.sqrt(squares);
        ofStep[n * T + t] = itemAt(ofStep, n * T + t) + squares;
      }
      ofChannel[channel] = itemAt(ofChannel, channel) + overSteps ** 2;
      const from = itemAt(h0, n * H + channel);
      if (from > 0) start = Math.max(start, Math.sqrt(squares) / from);
    }
  }
  return { bias: Math.sqrt(largest(ofChannel)), step: Math.sqrt(largest(ofStep)), start };
}

/** See the head of this file. */
export function logScanError(test: GoldenLayerCase, gates: readonly string[]): LogScanError {
  const { bias, step, start } = termSums(test);
  const matrices = gates.flatMap((gate) => [...tensorIn(test.params, `W${gate}`).data]);
  const scales = new Map([
    ['bias', bias],
    ['weight', bias * largest(tensorIn(test.inputs, 'x').data)],
    ['x', step * largest(matrices)],
    ['h0', start],
  ]);
  return { allowed: others + roundings * u * (1 + largestDecay(test, gates)), scales };
}
