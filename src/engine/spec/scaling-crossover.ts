// Where two lines of a scaling measurement cross, and whether the measurement can tell. Pure arithmetic; independent of charts and languages.
import { ratioOf, type SizedTime, type SizedValue } from './scaling-analysis.ts';

/**
 * `clear`: they cross at `at`, between two sizes at which the faster one is beyond doubt. `unclear`: the medians change sides, but that
 * may be chance. `none`: neither has the smaller median at one size and the larger at another.
 */
export type Crossover =
  | (SizedValue & { readonly kind: 'clear'; readonly between: readonly [from: number, to: number] })
  | { readonly kind: 'unclear' }
  | { readonly kind: 'none' };

/**
 * Times whose logarithms are this close count as equal: far below the resolution of a clock, far above rounding errors in any unit. Without
 * it the last bit of a median would decide the side of a tie.
 */
const tie = 1e-6;

/** ln(a / b) of two times. */
const logRatio = (a: number, b: number): number => Math.log(a / b);

/** -1 = `a` is faster beyond doubt, 1 = `b` is, 0 = the middle halves of their steps overlap or touch. */
function faster(a: SizedTime, b: SizedTime): -1 | 0 | 1 {
  if (logRatio(b.q1, a.q3) > tie) return -1;
  return logRatio(a.q1, b.q3) > tie ? 1 : 0;
}

/** Logarithmic interpolation between two places. */
const between = (from: number, to: number, share: number): number =>
  Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)));

interface Meeting {
  readonly place: SizedValue;
  /** The measured sizes around it. */
  readonly from: number;
  readonly to: number;
}

/** One size measured for both lines. */
interface Compared extends SizedValue {
  /** ln(a / b) of the medians. */
  readonly log: number;
}

/** Where ln(a / b) is zero, straight between two sizes on logarithmic axes. */
function zeroBetween(left: Compared, right: Compared): SizedValue {
  const share = left.log / (left.log - right.log);
  return { at: between(left.at, right.at, share), value: between(left.value, right.value, share) };
}

/** Where two different sides meet, given the ties between them: at a single tie, or in the middle of several. */
function meetingPlace(left: Compared, ties: readonly Compared[], right: Compared): SizedValue {
  const [first, last] = [ties[0], ties.at(-1)];
  if (first === undefined || last === undefined) return zeroBetween(left, right);
  if (first !== last) return { at: between(first.at, last.at, 0.5), value: between(first.value, last.value, 0.5) };
  return first.log > 0 === left.log > 0 ? zeroBetween(first, right) : zeroBetween(left, first);
}

/** Where the medians change sides. A size at which they are equal is on neither side. */
function meetings(a: readonly SizedTime[], b: readonly SizedTime[]): readonly Meeting[] {
  const valueAt = new Map(a.map(({ at, value }) => [at, value]));
  const compared = ratioOf(a, b).map(({ at, value }) => ({ at, log: Math.log(value), value: valueAt.get(at) ?? NaN }));
  const decided = compared.flatMap((one, index) => (Math.abs(one.log) > tie ? [{ ...one, index }] : []));
  return decided.flatMap((right, index) => {
    const left = decided[index - 1];
    if (left === undefined || left.log > 0 === right.log > 0) return [];
    const ties = compared.slice(left.index + 1, right.index);
    return [{ place: meetingPlace(left, ties, right), from: left.at, to: right.at }];
  });
}

/**
 * Where two lines cross. A crossing counts only if the quartiles confirm it: at some size one line is faster beyond doubt (its upper
 * quartile is below the other's lower quartile), at a larger size the other one is, and over all sizes that are beyond doubt the side
 * changes exactly once. A point with wide quartiles is no evidence for either side, and one outlier with narrow ones makes two changes,
 * not one. The crossing lies where the medians meet between those two sizes; of several meetings there, in the middle one.
 */
export function crossoverOf(a: readonly SizedTime[], b: readonly SizedTime[]): Crossover {
  const met = meetings(a, b);
  if (met.length === 0) return { kind: 'none' };
  const other = new Map(b.map((time) => [time.at, time]));
  const sure = a.flatMap((time) => {
    const against = other.get(time.at);
    const side = against === undefined ? 0 : faster(time, against);
    return side === 0 ? [] : [{ at: time.at, side }];
  });
  const changes = sure.flatMap((right, index) => {
    const left = sure[index - 1];
    return left === undefined || left.side === right.side ? [] : [[left.at, right.at] as const];
  });
  const [change] = changes;
  if (change === undefined || changes.length > 1) return { kind: 'unclear' };
  const within = met.filter(({ from, to }) => from >= change[0] && to <= change[1]);
  const middle = within[(within.length - 1) / 2];
  return middle === undefined ? { kind: 'unclear' } : { kind: 'clear', ...middle.place, between: change };
}
