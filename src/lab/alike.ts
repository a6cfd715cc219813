// Runs that differ by their seed alone need the same: what one of them has shown is the best estimate for those whose engines have not
// trained yet. Pure.
import { around, type Span } from '../engine/spec/remaining.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';

/** What a run has shown of the seconds it takes from its start to its end when it has the machine to itself, preparation apart. */
export interface Shown {
  readonly spec: RunSpec;
  readonly whole: Span;
}

/** How far a run may be off from one like it. */
const doubt = { least: 0.9, most: 1.1 };

/** Specs are frozen with their runs, and a thousand runs ask twice a second. */
const known = new WeakMap<RunSpec, string>();

/** The same for runs that differ by nothing but their seed. */
export function likeness(spec: RunSpec): string {
  const { model, task, training, budget, device } = spec;
  const key = known.get(spec) ?? JSON.stringify([model, task, training, budget, device]);
  known.set(spec, key);
  return key;
}

/** Means of what was shown, by what the runs are. */
export class Alike {
  readonly #wholes: ReadonlyMap<string, Span>;

  constructor(shown: readonly Shown[]) {
    const groups = Map.groupBy(shown, ({ spec }) => likeness(spec));
    this.#wholes = new Map([...groups].map(([key, all]) => [key, meanOf(all.map(({ whole }) => whole))]));
  }

  /** Seconds a run still needs of which `progress`, 0..1, is done; null when none like it has shown anything. */
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
