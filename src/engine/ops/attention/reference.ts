// The definition of attention and attentionGrad: one query at a time over all keys that it sees.
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { attentionSizes, type AttentionAttrs, type AttentionSizes } from './sizes.ts';

/** A key that a query sees: where its key and value are, with those of their gradients, and how far the row is filled. */
interface Seen {
  readonly source: ReferenceTensor;
  readonly ofPast: boolean;
  readonly key: number;
  readonly value: number;
  readonly full: number;
}

const typeOf = (tensor: ReferenceTensor) => ({ shape: tensor.shape, dtype: 'f32' as const });

const sizesOf = (qkv: ReferenceTensor, past: ReferenceTensor | undefined, attrs: AttentionAttrs): AttentionSizes =>
  attentionSizes(typeOf(qkv), past === undefined ? undefined : typeOf(past), attrs);

interface Query {
  readonly b: number;
  readonly t: number;
  readonly h: number;
  /** Its place in qkv. */
  readonly at: number;
  readonly seen: readonly Seen[];
}

/** Every query of every head with the keys that it sees: the P rows that end with its own, or all rows up to its own. */
function eachQuery(
  [qkv, past, filled]: readonly (ReferenceTensor | undefined)[],
  sizes: AttentionSizes,
  visit: (query: Query) => void,
): void {
  if (qkv === undefined) return;
  const { B, T, P, heads, keyWidth: dk, valueWidth: dv, N } = sizes;
  const M = N - heads * dk;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < T; t++) {
        const seen: Seen[] = [];
        for (let j = t + 1; past !== undefined && filled !== undefined && j < P; j++) {
          const row = (b * P + j) * M;
          const full = filled.data[b * P + j];
          const place = { key: row + h * dk, value: row + heads * dk + h * dv };
          if (full > 0) seen.push({ source: past, ofPast: true, ...place, full });
        }
        for (let j = 0; j <= t; j++) {
          const row = (b * T + j) * N;
          const place = { key: row + (heads + h) * dk, value: row + 2 * heads * dk + h * dv };
          seen.push({ source: qkv, ofPast: false, ...place, full: 1 });
        }
        visit({ b, t, h, at: (b * T + t) * N + h * dk, seen });
      }
    }
  }
}

const dot = (a: ReferenceTensor, at: number, b: ReferenceTensor, from: number, width: number): number => {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += a.data[at + i] * b.data[from + i];
  return sum;
};

/** What a score gives: its part of the result for a number that the query keeps (lse, or 1 / n), and how that changes with the score. */
function shareOf(score: number, full: number, kept: number, shares: AttentionAttrs['shares']) {
  if (shares === 'softmax') {
    const share = full * Math.exp(score - kept);
    return { share, slope: share };
  }
  const above = Math.max(score, 0);
  return { share: full * kept * above * above, slope: 2 * full * kept * above };
}

/** lse of the scores of a query, or 1 / the rows that it sees. */
function keptOf(scores: readonly number[], seen: readonly Seen[], shares: AttentionAttrs['shares']): number {
  if (shares === 'squaredRelu') return 1 / seen.reduce((sum, { full }) => sum + full, 0);
  const most = scores.reduce((a, c) => Math.max(a, c), -Infinity);
  return most + Math.log(seen.reduce((sum, { full }, i) => sum + full * Math.exp(scores[i] - most), 0));
}

export const attentionReference: ReferenceKernel<AttentionAttrs> = ([qkv, past, filled], [o, lse], attrs) => {
  const sizes = sizesOf(qkv, past, attrs);
  const { T, heads, keyWidth, valueWidth: dv } = sizes;
  o.data.fill(0);
  eachQuery([qkv, past, filled], sizes, ({ b, t, h, at, seen }) => {
    const scores = seen.map(({ source, key }) => attrs.scale * dot(qkv, at, source, key, keyWidth));
    const kept = keptOf(scores, seen, attrs.shares);
    lse.data[(b * T + t) * heads + h] = kept;
    const row = ((b * T + t) * heads + h) * dv;
    seen.forEach(({ source, value, full }, i) => {
      const { share } = shareOf(scores[i], full, kept, attrs.shares);
      for (let d = 0; d < dv; d++) o.data[row + d] += share * source.data[value + d];
    });
  });
};

export const attentionGradReference: ReferenceKernel<AttentionAttrs> = (
  [qkv, o, lse, dout, past, filled],
  [dqkv, dpast],
  attrs,
) => {
  const sizes = sizesOf(qkv, past, attrs);
  const { T, heads, keyWidth: dk, valueWidth: dv } = sizes;
  dqkv.data.fill(0);
  if (past !== undefined) dpast.data.fill(0);
  eachQuery([qkv, past, filled], sizes, ({ b, t, h, at, seen }) => {
    const row = ((b * T + t) * heads + h) * dv;
    const delta = attrs.shares === 'softmax' ? dot(dout, row, o, row, dv) : 0;
    for (const { source, ofPast, key, value, full } of seen) {
      const target = ofPast ? dpast : dqkv;
      const score = attrs.scale * dot(qkv, at, source, key, dk);
      const { share, slope } = shareOf(score, full, lse.data[(b * T + t) * heads + h], attrs.shares);
      const dscore = attrs.scale * slope * (dot(dout, row, source, value, dv) - delta);
      for (let d = 0; d < dv; d++) target.data[value + d] += share * dout.data[row + d];
      for (let d = 0; d < dk; d++) {
        dqkv.data[at + d] += dscore * source.data[key + d];
        target.data[key + d] += dscore * qkv.data[at + d];
      }
    }
  });
};
