// The definition of selectiveScan and selectiveScanGrad: the plain recurrence of each number of each channel.
import type { ReferenceKernel } from '../reference-kernel.ts';
import { CHUNK, type SelectiveAttrs, type SelectiveGradAttrs } from './sizes.ts';

interface Node {
  readonly D: number;
  readonly N: number;
  readonly T: number;
  readonly x: Float64Array;
  readonly bc: Float64Array;
  readonly system: Float64Array;
}

/** Numbers of sample `s`, channel `d`, step `t`. */
function stepOf({ D, N, T, x, bc, system }: Node, s: number, d: number, t: number) {
  const row = s * T + t;
  return {
    u: x[row * 2 * D + d],
    dt: x[row * 2 * D + D + d],
    skip: system[d * (N + 1) + N],
    rate: (n: number): number => system[d * (N + 1) + n],
    b: (n: number): number => bc[row * 2 * N + n],
    c: (n: number): number => bc[row * 2 * N + N + n],
  };
}

/** The states of a channel before every step and after the last one: T + 1 times N numbers. */
function statesOf(node: Node, s: number, d: number, start: ArrayLike<number>): number[][] {
  const all = [Array.from(start)];
  for (let t = 0; t < node.T; t++) {
    const { u, dt, rate, b } = stepOf(node, s, d, t);
    all.push(all[t].map((h, n) => Math.exp(dt * rate(n)) * h + dt * b(n) * u));
  }
  return all;
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** (x [B, T, 2D] = u | dt, bc [B, T, 2N] = B | C, system [D, N + 1] = A | skip, h0? [B, D, N]) -> y, final [B, D, N], kept [B, chunks, N, D]. */
export const selectiveScanReference: ReferenceKernel<SelectiveAttrs> = ([x, bc, system, h0], [y, final, kept]) => {
  const [batch, T, D] = y.shape;
  const N = final.shape[2];
  const [, K] = kept.shape;
  const node: Node = { D, N, T, x: x.data, bc: bc.data, system: system.data };
  for (let s = 0; s < batch; s++) {
    for (let d = 0; d < D; d++) {
      const own = (s * D + d) * N;
      const states = statesOf(node, s, d, h0?.data.subarray(own, own + N) ?? zeros(N));
      for (let t = 0; t < T; t++) {
        const { u, skip, c } = stepOf(node, s, d, t);
        y.data[(s * T + t) * D + d] = states[t + 1].reduce((sum, h, n) => sum + h * c(n), skip * u);
        if (t % CHUNK === 0) states[t].forEach((h, n) => (kept.data[((s * K + t / CHUNK) * N + n) * D + d] = h));
      }
      final.data.set(states[T], own);
    }
  }
};

/** (x, bc, system, kept, dy, dfinal?) -> dx, dbc, dsystem [B, D, N + 1] (, dh0). Of `kept` only the start is read. */
export const selectiveScanGradReference: ReferenceKernel<SelectiveGradAttrs> = (
  [x, bc, system, kept, dy, dfinal],
  [dx, dbc, dsystem, dh0],
) => {
  const [batch, T, D] = dy.shape;
  const [, K, N] = kept.shape;
  const node: Node = { D, N, T, x: x.data, bc: bc.data, system: system.data };
  dbc.data.fill(0);
  for (let s = 0; s < batch; s++) {
    for (let d = 0; d < D; d++) {
      const start = zeros(N).map((_, n) => kept.data[(s * K * N + n) * D + d]);
      const states = statesOf(node, s, d, start);
      const later = zeros(N).map((_, n) => dfinal?.data[(s * D + d) * N + n] ?? 0);
      const ofSystem = zeros(N + 1);
      for (let t = T - 1; t >= 0; t--) {
        const { u, dt, skip, rate, b, c } = stepOf(node, s, d, t);
        const row = s * T + t;
        const q = dy.data[row * D + d];
        let [du, ddt] = [skip * q, 0];
        ofSystem[N] += u * q;
        for (let n = 0; n < N; n++) {
          const g = later[n] + q * c(n);
          const kept = g * Math.exp(dt * rate(n));
          ddt += kept * states[t][n] * rate(n) + g * b(n) * u;
          du += g * dt * b(n);
          ofSystem[n] += kept * states[t][n] * dt;
          dbc.data[row * 2 * N + n] += g * dt * u;
          dbc.data[row * 2 * N + N + n] += q * states[t + 1][n];
          later[n] = kept;
        }
        dx.data[row * 2 * D + d] = du;
        dx.data[row * 2 * D + D + d] = ddt;
      }
      dsystem.data.set(ofSystem, (s * D + d) * (N + 1));
      dh0?.data.set(later, (s * D + d) * N);
    }
  }
};
