// The log-space scan in plain numbers, each operation rounded as configured, to show which rounding causes an error. Independent of devices.
import { RandomStream } from '../src/engine/core/philox.ts';

/** Inputs of a scan [batch, time, width]; the loss is the sum of weight * h. */
export interface Gates {
  readonly time: number;
  readonly width: number;
  readonly logA: Float32Array;
  readonly logB: Float32Array;
  readonly weight: Float32Array;
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** log g(x), g as in the paper: x + 0.5 from zero on, else the logistic function. */
const logG = (x: number): number => (x >= 0 ? Math.log(x + 0.5) : -softplus(-x));

/** Gates of a minGRU whose pre-activations are normal; the last `read` steps have a weight, also normal. */
export function gates(time: number, width: number, read: number, batch = 1): Gates {
  const random = new RandomStream(1, 'log-scan-drift');
  const size = batch * time * width;
  const [logA, logB, weight] = [0, 1, 2].map(() => new Float32Array(size));
  for (let i = 0; i < size; i++) {
    const [k, c] = [random.normal(), random.normal()];
    logA[i] = -softplus(k);
    logB[i] = -softplus(-k) + logG(c);
    if (Math.floor(i / width) % time >= time - read) weight[i] = random.normal();
  }
  return { time, width, logA, logB, weight };
}

type Round = (value: number) => number;

/** How results are rounded: the running sum, the stored sum, everything computed from it; and where the sum starts over. */
interface Rounding {
  readonly running: Round;
  readonly sum: Round;
  readonly rest: Round;
  readonly piece: number;
}

const single: Round = Math.fround;
const exact: Round = (value) => value;
const all = { running: single, sum: single, rest: single, piece: Infinity } as const;

/** Variants by name: better sums, better sums that are also stored in float64, and restarting the sum. */
export const rounding = (piece: number): Readonly<Record<string, Rounding>> => ({
  'emulated, float32': all,
  'emulated, sums added exactly': { ...all, running: exact },
  'emulated, sums added and kept exactly': { ...all, running: exact, sum: exact },
  [`emulated, pieces of ${piece}`]: { ...all, piece },
});

/** log(e^a + e^b). */
function logAdd(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** h of one sample: log h_t = A_t + log sum of e^(log b_s - A_s). */
export function emulated({ time, width, logA, logB }: Gates, how: Rounding): Float64Array {
  const h = new Float64Array(time * width);
  for (let c = 0; c < width; c++) {
    let [decay, total, state] = [0, -Infinity, -Infinity];
    for (let t = 0; t < time; t++) {
      const i = t * width + c;
      if (t % how.piece === 0) [decay, total] = [0, state];
      decay = how.running(decay + logA[i]);
      const kept = how.sum(decay);
      total = how.rest(logAdd(total, how.rest(logB[i] - kept)));
      state = how.rest(kept + total);
      h[i] = Math.exp(state);
    }
  }
  return h;
}
