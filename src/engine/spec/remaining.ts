// Remaining time: computed only here, for the preflight, a running run and a whole race. Pure; independent of clocks.
import type { Budget, RaceMode } from './run-spec.ts';

/** Bounds in seconds, 0 <= low <= high; the true value is expected between them. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** What a run costs the machine, in seconds. */
export interface Pace {
  /** One training step. */
  readonly step: Span;
  /** Per step besides training: data, reading results, checkpoints. */
  readonly beside: number;
  /** One evaluation on the held-out data. */
  readonly evaluation: Span;
}

/** The progress of a run. */
export interface Standing {
  readonly step: number;
  readonly activeSeconds: number;
}

/** What a run still has to do by its own settings. */
export interface Plan {
  readonly budget: Budget;
  readonly tokensPerStep: number;
  /** Steps between evaluations. */
  readonly evaluateEvery: number;
  /** Evaluations without a better one before the run may end early; null = it never does. */
  readonly patienceLeft: number | null;
}

/** Seconds to start the process of a run and compile it, until a race has shown them. */
export const unseenPreparation: Span = { low: 0.4, high: 3 };

export const exactly = (seconds: number): Span => ({ low: seconds, high: seconds });
export const around = (seconds: number, least: number, most: number): Span => ({
  low: seconds * least,
  high: seconds * most,
});
export const plus = (a: Span, b: Span): Span => ({ low: a.low + b.low, high: a.high + b.high });
export const middle = (span: Span): number => (span.low + span.high) / 2;
/** True while the bounds are too far apart to show one number. */
export const isWide = ({ low, high }: Span): boolean => high > 1.5 * low && high - low > 2;
export const times = (span: Span, factor: number): Span => ({ low: span.low * factor, high: span.high * factor });

/** Evaluations in steps (from, from + steps]: each multiple of `every`, and the end of the run. */
function evaluationsIn(from: number, steps: number, every: number): number {
  const end = from + steps;
  return Math.floor(end / every) - Math.floor(from / every) + (end % every === 0 ? 0 : 1);
}

const spend = (pace: Pace, training: Span, steps: number, evaluations: number): Span =>
  plus(plus(training, exactly(steps * pace.beside)), times(pace.evaluation, evaluations));

/** For a budget in seconds: steady steps take exactly the remaining budget; everything else is added. */
function timedWork(plan: Plan, at: Standing, pace: Pace, left: number): Span {
  const bound = (step: number): Span => {
    const steps = Math.ceil(left / Math.max(step, 1e-9));
    return spend(pace, exactly(left), steps, evaluationsIn(at.step, steps, plan.evaluateEvery));
  };
  return { low: bound(pace.step.high).low, high: bound(pace.step.low).high };
}

function countedWork(plan: Plan, at: Standing, pace: Pace, steps: number): Span {
  return spend(pace, times(pace.step, steps), steps, evaluationsIn(at.step, steps, plan.evaluateEvery));
}

/** Remaining steps of a budget in steps or tokens. */
function stepsLeft({ budget, tokensPerStep }: Plan, step: number): number {
  const total = budget.unit === 'steps' ? budget.amount : Math.ceil(budget.amount / tokensPerStep);
  return Math.max(0, total - step);
}

/** Seconds a run still needs when it has the machine to itself, preparation apart; 0 once its budget is spent. */
export function workLeft(plan: Plan, at: Standing, pace: Pace): Span {
  const left = plan.budget.amount - at.activeSeconds;
  const timed = plan.budget.unit === 'seconds';
  const steps = timed ? null : stepsLeft(plan, at.step);
  if (timed ? left <= 0 : steps === 0) return exactly(0);
  const whole = steps === null ? timedWork(plan, at, pace, left) : countedWork(plan, at, pace, steps);
  if (plan.patienceLeft === null) return whole;
  const soonest = plan.patienceLeft * plan.evaluateEvery - (at.step % plan.evaluateEvery);
  const early = countedWork(plan, at, pace, Math.max(0, soonest)).low;
  return { low: Math.min(whole.low, early), high: whole.high };
}

/** A run under way: what it still needs by itself (null = not known yet), and how much of its budget is spent, 0..1. */
export interface Need {
  readonly left: Span | null;
  readonly progress: number;
}

/**
 * Needs with the unknown ones filled in: the total of such a run is between those of the shortest and the longest known run. Null when
 * nothing is known.
 */
export function filledNeeds(needs: readonly Need[]): readonly Span[] | null {
  const wholes = needs.flatMap(({ left, progress }) =>
    left === null ? [] : [times(left, 1 / (1 - shareSpent(progress)))],
  );
  if (wholes.length === 0) return null;
  const low = Math.min(...wholes.map((span) => span.low));
  const high = Math.max(...wholes.map((span) => span.high));
  return needs.map(({ left, progress }) => left ?? times({ low, high }, 1 - shareSpent(progress)));
}

/** Near the end the total cannot be inferred from the remainder. */
const shareSpent = (progress: number): number => Math.min(0.95, Math.max(0, progress));

/** How many runs the machine can handle at a time. */
export interface Room {
  /** Engines alive at once: the others wait for one to end. */
  readonly engines: number;
  /** Parallel runs that do not slow each other down. */
  readonly abreast: number;
}

/**
 * When each of `own` ends: in their order up to `engines` of them are taken in, and these share the machine equally, `abreast` of them at
 * full speed.
 */
function endsShared(own: readonly number[], { engines, abreast }: Room): readonly number[] {
  const ends = own.map(() => 0);
  const inside: { readonly at: number; readonly until: number }[] = [];
  let [clock, done, next] = [0, 0, 0];
  for (;;) {
    for (; next < own.length && inside.length < Math.max(1, engines); next++)
      inside.push({ at: next, until: done + (own[next] ?? 0) });
    if (inside.length === 0) return ends;
    const first = inside.reduce((least, one) => (one.until < least.until ? one : least));
    clock += (first.until - done) * Math.max(1, inside.length / abreast);
    done = first.until;
    ends[first.at] = clock;
    inside.splice(inside.indexOf(first), 1);
  }
}

/**
 * When each run under way will be done, from what each needs for itself: `race` shares one machine, `queue` does one after the other. In
 * `parallel` the needs include the slow-down by the current other runs; the remaining runs may speed up when others end, limited by `room`.
 */
export function finishTimes(mode: RaceMode, own: readonly Span[], room: Room): readonly Span[] {
  const engines = mode === 'queue' ? 1 : room.engines;
  const alive = Math.min(own.length, engines);
  // The current pace still includes the effect of neighbours that have ended since.
  const alone = mode === 'parallel' && alive > room.abreast ? (0.8 * room.abreast) / alive : 1;
  const abreast = mode === 'parallel' ? room.abreast : 1;
  const lows = endsShared(
    own.map((span) => span.low * alone),
    { engines, abreast },
  );
  const highs = endsShared(
    own.map((span) => span.high),
    { engines, abreast: mode === 'parallel' ? Infinity : 1 },
  );
  return own.map((_, at) => ({ low: lows[at] ?? NaN, high: highs[at] ?? NaN }));
}

/** When the last of them is done: the longest, whatever the mode, since each already waits for those it shares the machine with. */
export function allDone(finishes: readonly (Span | null)[]): Span | null {
  const known = finishes.filter((span) => span !== null);
  if (known.length === 0) return null;
  return { low: Math.max(...known.map((span) => span.low)), high: Math.max(...known.map((span) => span.high)) };
}
