// Runs that differ only by their seed need the same time, so a measurement of one is the best estimate for those that have not trained yet.
// Pure.
import { around, type Span } from '../../engine/spec/remaining.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';

/** Measured seconds of a run from start to end if it has the machine to itself, without preparation. */
export interface Shown {
  readonly spec: RunSpec;
  readonly whole: Span;
}

/** How far a run may differ from a similar one. */
const doubt = { least: 0.9, most: 1.1 };

/** Cached, since specs never change and a thousand runs may ask twice a second. */
const known = new WeakMap<RunSpec, string>();

/** The same for runs that differ by nothing but their seed. */
export function likeness(spec: RunSpec): string {
  const { model, task, training, budget, device } = spec;
  const key = known.get(spec) ?? JSON.stringify([model, task, training, budget, device]);
  known.set(spec, key);
  return key;
}

/** Means of the measurements, by kind of run. */
export class Alike {
  readonly #wholes: ReadonlyMap<string, Span>;

  constructor(shown: readonly Shown[]) {
    const groups = Map.groupBy(shown, ({ spec }) => likeness(spec));
    this.#wholes = new Map([...groups].map(([key, all]) => [key, meanOf(all.map(({ whole }) => whole))]));
  }

  /** Remaining seconds of a run at `progress`, 0..1; null if no similar run has been measured. */
  left(spec: RunSpec, progress: number): Span | null {
    const whole = this.#wholes.get(likeness(spec));
    if (whole === undefined) return null;
    const rest = 1 - Math.min(1, Math.max(0, progress));
    return {
      low: around(whole.low * rest, doubt.least, doubt.most).low,
      high: around(whole.high * rest, doubt.least, doubt.most).high,
    };
  }
}

const meanOf = (spans: readonly Span[]): Span => ({
  low: spans.reduce((sum, span) => sum + span.low, 0) / spans.length,
  high: spans.reduce((sum, span) => sum + span.high, 0) / spans.length,
});
