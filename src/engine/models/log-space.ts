// The paper's log-space scan (appendix B; Heinsen 2023, "Efficient parallelization of a ubiquitous sequential computation").
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  concat,
  cumulativeSum,
  exp,
  log,
  logCumulativeSumExp,
  reshape,
  scanOf,
  slice,
  sub,
  type ScanResult,
  type ScanStart,
} from '../ops/functional.ts';

/**
 * h_t = a_t h_{t-1} + b_t for positive a, b, from log a and log b [B, T, H]:
 * A_t = sum_{s <= t} log a_s, log h_t = A_t + log(h_0 + sum_{s <= t} exp(log b_s - A_s)).
 * The start h_0 [B, H] must be positive; null = no term for it, which is h_0 = 0 without a logarithm of zero.
 */
export function logSpaceScan(builder: GraphBuilder, logA: ValueId, logB: ValueId, start: ScanStart): ScanResult {
  const decay = cumulativeSum(builder, logA).y; // A [B, T, H]
  const terms = sub(builder, logB, decay);
  return scanOf(builder, exp(builder, add(builder, decay, summed(builder, terms, start?.[0] ?? null))));
}

function summed(builder: GraphBuilder, terms: ValueId, h0: ValueId | null): ValueId {
  if (h0 === null) return logCumulativeSumExp(builder, terms).y;
  const [batch = 1, time = 1, hidden = 1] = builder.shape(terms);
  const first = reshape(builder, log(builder, h0), [batch, 1, hidden]);
  const all = logCumulativeSumExp(builder, concat(builder, [first, terms], 1)).y; // [B, T + 1, H]
  return slice(builder, all, 1, 1, time);
}
