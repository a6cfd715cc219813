// The definition of attentionStep: the row of this position is written, then one query goes over all rows that are filled.
import type { ReferenceKernel } from '../reference-kernel.ts';
import { attentionStepSizes, turnOf, type AttentionStepAttrs } from './sizes.ts';

type Numbers = { [index: number]: number };

export const attentionStepReference: ReferenceKernel<AttentionStepAttrs> = ([qkv, cache, position], [o], attrs) => {
  const typeOf = ({ shape }: { readonly shape: readonly number[] }) => ({ shape, dtype: 'f32' as const });
  const sizes = attentionStepSizes(typeOf(qkv), typeOf(cache), attrs);
  const { B, P, heads, keyWidth: dk, valueWidth: dv, N, M, pairs } = sizes;
  const turn = (x: Numbers, at: number, by: number): void => {
    for (let i = 0; i < pairs; i++) {
      const [cos, sin] = [Math.cos(by * turnOf(attrs, i)), Math.sin(by * turnOf(attrs, i))];
      const [a, b] = [x[at + 2 * i], x[at + 2 * i + 1]];
      x[at + 2 * i] = a * cos - b * sin;
      x[at + 2 * i + 1] = a * sin + b * cos;
    }
  };
  for (let b = 0; b < B; b++) {
    const here = Math.trunc(position.data[b]);
    const filled = Math.min(P, here + 1);
    const row = (b * P + (here % P)) * M;
    for (let i = 0; i < M; i++) cache.data[row + i] = qkv.data[b * N + heads * dk + i];
    for (let h = 0; h < heads; h++) {
      turn(cache.data, row + h * dk, here);
      const q = Array.from({ length: dk }, (_, i) => qkv.data[b * N + h * dk + i]);
      turn(q, 0, here);
      const placeOf = (j: number): number => (b * P + j) * M;
      const scores = Array.from({ length: filled }, (_, j) =>
        q.reduce((sum, one, i) => sum + attrs.scale * one * cache.data[placeOf(j) + h * dk + i], 0),
      );
      const most = scores.reduce((x, y) => Math.max(x, y), -Infinity);
      const shares = scores.map((score) => Math.exp(score - most));
      const total = shares.reduce((sum, one) => sum + one, 0);
      for (let d = 0; d < dv; d++) {
        const sum = shares.reduce((all, one, j) => all + one * cache.data[placeOf(j) + heads * dk + h * dv + d], 0);
        o.data[(b * heads + h) * dv + d] = sum / total;
      }
    }
  }
};
