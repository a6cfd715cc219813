// Runs that differ only by their seed, as one line with a band. Pure; knows nothing of drawing.
import { indexAt } from './points.ts';
import type { Points } from './points.ts';

export interface SeedBand {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How many seeds have a finite value there. */
  readonly count: Int32Array;
}

/** Straight line between the two points around `at`; NaN outside the data and across a gap. */
function lineAt(points: Points, at: number): number {
  const left = indexAt(points.x, at);
  if (left < 0) return Number.NaN;
  const x0 = points.x[left] ?? Number.NaN;
  const y0 = points.y[left] ?? Number.NaN;
  if (x0 === at) return y0;
  const x1 = points.x[left + 1];
  if (x1 === undefined) return Number.NaN;
  return y0 + (((points.y[left + 1] ?? Number.NaN) - y0) * (at - x0)) / (x1 - x0);
}

function mergedPositions(traces: readonly Points[]): Float64Array {
  const all = new Set<number>();
  for (const trace of traces) for (let index = 0; index < trace.x.length; index += 1) all.add(trace.x[index] ?? 0);
  return Float64Array.from(all).sort();
}

/**
 * Mean, lowest and highest over the seeds that have a value at each stored x of any of them. Seeds recorded at other x are read on the
 * straight line between their points, which is what the chart draws for a single trace too. A seed that ended counts no more.
 */
export function seedBand(traces: readonly Points[]): SeedBand {
  const x = mergedPositions(traces);
  const band: SeedBand = {
    x,
    mean: new Float64Array(x.length).fill(Number.NaN),
    low: new Float64Array(x.length).fill(Number.NaN),
    high: new Float64Array(x.length).fill(Number.NaN),
    count: new Int32Array(x.length),
  };
  x.forEach((at, index) => {
    const values = traces.map((trace) => lineAt(trace, at)).filter(Number.isFinite);
    if (values.length === 0) return;
    band.low[index] = Math.min(...values);
    band.high[index] = Math.max(...values);
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    band.mean[index] = Math.min(Math.max(mean, band.low[index] ?? mean), band.high[index] ?? mean);
    band.count[index] = values.length;
  });
  return band;
}
