// Possible cursor positions: stored positions only. Pure.
import type { PlotModel, Trace } from './plot-model.ts';
import { indexAt } from './points.ts';

/** Stored x nearest to `at` over all traces; null without points. Cursor positions snap to it. */
export function nearestX(model: PlotModel, at: number): number | null {
  let best: number | null = null;
  for (const line of model.lines) {
    for (const { points } of line.traces) {
      const left = indexAt(points.x, at);
      for (const index of [left, left + 1]) {
        const x = points.x[index];
        if (x !== undefined && (best === null || Math.abs(x - at) < Math.abs(best - at))) best = x;
      }
    }
  }
  return best;
}

/** The stored x `steps` points to the right (or left) of `from` on the trace with the most points; stays within the visible range. */
export function stepX(model: PlotModel, from: number | null, steps: number): number | null {
  const traces = model.lines.flatMap((line) => line.traces);
  const longest = traces.reduce<Trace | null>(
    (best, trace) => (trace.points.x.length > (best?.points.x.length ?? 0) ? trace : best),
    null,
  );
  if (longest === null) return null;
  const { x } = longest.points;
  const at = from === null ? (steps > 0 ? -1 : x.length) : indexAt(x, from);
  const low = Math.max(0, indexAt(x, model.x.min - 1e-12));
  const high = Math.max(low, indexAt(x, model.x.max));
  return x[Math.min(Math.max(at + steps, low), high)] ?? null;
}
