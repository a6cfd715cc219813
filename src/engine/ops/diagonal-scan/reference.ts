// The definition of diagonalScan and diagonalScanGrad: the plain recurrence of each mode of each channel.
import type { ReferenceKernel } from '../reference-kernel.ts';
import { CHUNK, type DiagonalAttrs, type DiagonalGradAttrs } from './sizes.ts';

interface Mode {
  readonly aRe: number;
  readonly aIm: number;
  readonly inRe: number;
  readonly inIm: number;
  readonly outRe: number;
  readonly outIm: number;
}

/** Mode `n` of channel `c`: six numbers, N apart. */
function modeOf(system: Float64Array, c: number, n: number, N: number): Mode {
  const at = (part: number): number => system[c * (6 * N + 1) + part * N + n];
  return { aRe: at(0), aIm: at(1), inRe: at(2), inIm: at(3), outRe: at(4), outIm: at(5) };
}

/** The states of a mode before every step and after the last one, real and imaginary. */
function statesOf(
  { aRe, aIm, inRe, inIm }: Mode,
  u: readonly number[],
  start: readonly [number, number],
): [number, number][] {
  const all: [number, number][] = [[...start]];
  for (const [t, input] of u.entries()) {
    const [re, im] = all[t];
    all.push([aRe * re - aIm * im + inRe * input, aRe * im + aIm * re + inIm * input]);
  }
  return all;
}

/** (u [B, T, H], system [H, 6N + 1], h0? [B, 2, H, N]) -> y [B, T, H], final [B, 2, H, N], kept [B, chunks, 2N, H]. */
export const diagonalScanReference: ReferenceKernel<DiagonalAttrs> = ([u, system, h0], [y, final, kept]) => {
  const [batch, T, H] = y.shape;
  const [, K] = kept.shape;
  const N = final.shape[3];
  for (let s = 0; s < batch; s++) {
    for (let c = 0; c < H; c++) {
      const input = Array.from({ length: T }, (_, t) => u.data[(s * T + t) * H + c]);
      const skip = system.data[c * (6 * N + 1) + 6 * N];
      for (let t = 0; t < T; t++) y.data[(s * T + t) * H + c] = skip * input[t];
      for (let n = 0; n < N; n++) {
        const mode = modeOf(system.data, c, n, N);
        const place = (part: number): number => ((s * 2 + part) * H + c) * N + n;
        const states = statesOf(mode, input, [h0?.data[place(0)] ?? 0, h0?.data[place(1)] ?? 0]);
        for (let t = 0; t < T; t++) {
          const [re, im] = states[t + 1];
          y.data[(s * T + t) * H + c] += mode.outRe * re - mode.outIm * im;
          if (t % CHUNK !== 0) continue;
          const row = (s * K + t / CHUNK) * 2 * N;
          kept.data[(row + n) * H + c] = states[t][0];
          kept.data[(row + N + n) * H + c] = states[t][1];
        }
        [final.data[place(0)], final.data[place(1)]] = states[T];
      }
    }
  }
};

/** Gradients of a mode: of its six numbers, of its input at each step, and of the state before the first one. */
function backOf(
  mode: Mode,
  input: readonly number[],
  arriving: readonly number[],
  start: readonly [number, number],
  end: readonly [number, number],
) {
  const states = statesOf(mode, input, start);
  const sums = [0, 0, 0, 0, 0, 0];
  const ofInput = input.map(() => 0);
  let [laterRe, laterIm] = end;
  for (let t = input.length - 1; t >= 0; t--) {
    const [[re, im], [nextRe, nextIm]] = [states[t], states[t + 1]];
    const [gRe, gIm] = [laterRe + arriving[t] * mode.outRe, laterIm - arriving[t] * mode.outIm];
    sums[0] += gRe * re + gIm * im;
    sums[1] += gIm * re - gRe * im;
    sums[2] += gRe * input[t];
    sums[3] += gIm * input[t];
    sums[4] += arriving[t] * nextRe;
    sums[5] -= arriving[t] * nextIm;
    ofInput[t] = gRe * mode.inRe + gIm * mode.inIm;
    laterRe = mode.aRe * gRe + mode.aIm * gIm;
    laterIm = mode.aRe * gIm - mode.aIm * gRe;
  }
  return { sums, ofInput, before: [laterRe, laterIm] as const };
}

/** (u, system, kept, dy, dfinal?) -> du, dsystem [B, H, 6N + 1] (, dh0). Of `kept` only the start is read. */
export const diagonalScanGradReference: ReferenceKernel<DiagonalGradAttrs> = (
  [u, system, kept, dy, dfinal],
  [du, dsystem, dh0],
) => {
  const [batch, T, H] = dy.shape;
  const [, K, both] = kept.shape;
  const N = both / 2;
  for (let s = 0; s < batch; s++) {
    for (let c = 0; c < H; c++) {
      const input = Array.from({ length: T }, (_, t) => u.data[(s * T + t) * H + c]);
      const arriving = Array.from({ length: T }, (_, t) => dy.data[(s * T + t) * H + c]);
      const own = (s * H + c) * (6 * N + 1);
      const skip = system.data[c * (6 * N + 1) + 6 * N];
      arriving.forEach((q, t) => (du.data[(s * T + t) * H + c] = skip * q));
      dsystem.data[own + 6 * N] = arriving.reduce((sum, q, t) => sum + q * input[t], 0);
      for (let n = 0; n < N; n++) {
        const place = (part: number): number => ((s * 2 + part) * H + c) * N + n;
        const first = (part: number): number => kept.data[(s * K * 2 * N + part * N + n) * H + c];
        const end = (part: number): number => dfinal?.data[place(part)] ?? 0;
        const mode = modeOf(system.data, c, n, N);
        const { sums, ofInput, before } = backOf(mode, input, arriving, [first(0), first(1)], [end(0), end(1)]);
        ofInput.forEach((value, t) => (du.data[(s * T + t) * H + c] += value));
        sums.forEach((sum, part) => (dsystem.data[own + part * N + n] = sum));
        if (dh0) [dh0.data[place(0)], dh0.data[place(1)]] = before;
      }
    }
  }
};
