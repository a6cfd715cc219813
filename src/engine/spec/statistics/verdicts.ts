// Verdicts over claims: holds, does not hold, not decided, cannot be tested here. What spoils a verdict is checked first, in a fixed order; then the
// rule of its kind reads the figures. Looks at growing numbers of seeds are declared before, each with its level. Pure.
import { itemAt } from '../../core/item.ts';
import { judged, type Claim, type Outcome, type Protocol, type Values, type Verdict } from './claims.ts';
import { judgeFlat, judgeOrder, judgeRatio, judgeSlope } from './verdict-many.ts';
import { judgeReaches } from './verdict-one.ts';
import { judgeBetter, judgeEquals } from './verdict-two.ts';

/** A median interval at 95 % needs so many rounds, a line so many lengths. */
const fewestRounds = 6;
const fewestLengths = 3;
const fewestSeeds = 3;

/** A claim of sameness without a margin set before cannot be tested at all. */
const lacksMargin = (claim: Claim): boolean =>
  (claim.kind === 'equals' || claim.kind === 'flat') && claim.delta === undefined;

function spoiltBy(protocol: Protocol, kind: Claim['kind']): Verdict | null {
  const { checkpoint = 'last', seedsDeclared = true, equalTuning = true } = protocol;
  if (checkpoint === 'best-on-test' || checkpoint === 'max-over-evaluations')
    return judged('not-decided', 'protocol:checkpoint');
  if (!seedsDeclared) return judged('not-decided', 'protocol:seeds');
  return equalTuning || kind === 'reaches' ? null : judged('not-decided', 'protocol:tuning');
}

/** Every arm of a claim; a published number is none. */
function armsOf(claim: Claim): readonly Values[] {
  if (claim.kind === 'order') return claim.arms;
  if (claim.kind === 'reaches') return [claim.a];
  if (claim.kind === 'flat' || claim.kind === 'slope') return [claim.rows.map(() => null)];
  return 'published' in claim.b ? [claim.a] : [claim.a, claim.b];
}

function tooFew(claim: Claim): Verdict | null {
  const { minSeeds = fewestSeeds } = claim;
  const fewest = Math.min(...armsOf(claim).map(({ length }) => length));
  if (claim.kind === 'ratio' && (claim.unit ?? 'rounds') === 'rounds')
    return fewest < fewestRounds ? judged('not-decided', 'too-few-rounds') : null;
  if ((claim.kind === 'flat' || claim.kind === 'slope') && claim.lengths.length < fewestLengths)
    return judged('not-decided', 'too-few-lengths');
  return fewest < minSeeds ? judged('not-decided', 'too-few-seeds') : null;
}

function judgedByKind(claim: Claim): Verdict {
  switch (claim.kind) {
    case 'reaches':
      return judgeReaches(claim);
    case 'equals':
      return judgeEquals(claim);
    case 'better':
      return judgeBetter(claim);
    case 'order':
      return judgeOrder(claim);
    case 'ratio':
      return judgeRatio(claim);
    case 'flat':
      return judgeFlat(claim);
    case 'slope':
      return judgeSlope(claim);
    default:
      return claim satisfies never;
  }
}

export function judge(claim: Claim): Verdict {
  const [blocked] = claim.blocked ?? [];
  if (blocked !== undefined) return judged('cannot-be-tested-here', `blocked:${blocked}`);
  if (lacksMargin(claim)) return judged('cannot-be-tested-here', 'blocked:no-margin');
  return spoiltBy(claim.protocol ?? {}, claim.kind) ?? tooFew(claim) ?? judgedByKind(claim);
}

/** A look at the first `seeds` of every arm, at a level of its own. */
export interface Look {
  readonly seeds: number;
  readonly alpha: number;
}

/** Real error 4.5 % at three looks, by simulation (bench/results/statistics.md). */
export const usualLooks: readonly Look[] = [
  { seeds: 3, alpha: 0.01 },
  { seeds: 5, alpha: 0.015 },
  { seeds: 10, alpha: 0.025 },
];

/** Where seeds come in two heaps ranks decide, which at three against three decide nothing. */
export const failingLooks: readonly Look[] = [
  { seeds: 6, alpha: 0.02 },
  { seeds: 12, alpha: 0.03 },
];

export interface Looked {
  readonly looks: readonly (Look & { readonly verdict: Verdict })[];
  readonly verdict: Outcome;
  readonly seedsUsed: number;
}

/** The claim with the first seeds alone. */
function firstOf(claim: Claim, seeds: number, alpha: number): Claim {
  const cut = <T>(values: readonly T[]): readonly T[] => values.slice(0, seeds);
  if (claim.kind === 'order') return { ...claim, alpha, arms: claim.arms.map(cut) };
  if (claim.kind === 'flat' || claim.kind === 'slope') return { ...claim, alpha, rows: cut(claim.rows) };
  if (claim.kind === 'reaches') return { ...claim, alpha, a: cut(claim.a) };
  if (claim.kind === 'ratio') return { ...claim, alpha, a: cut(claim.a), b: cut(claim.b) };
  return { ...claim, alpha, a: cut(claim.a), b: 'published' in claim.b ? claim.b : cut(claim.b) };
}

const seedsOf = (claim: Claim): number => Math.min(...armsOf(claim).map(({ length }) => length));

/** Looks until one decides, or the seeds end. */
export function judgeLooking(claim: Claim, looks: readonly Look[]): Looked {
  const taken: (Look & { readonly verdict: Verdict })[] = [];
  for (const look of looks) {
    if (seedsOf(claim) < look.seeds) break;
    const verdict = judge(firstOf(claim, look.seeds, look.alpha));
    taken.push({ ...look, verdict });
    if (verdict.verdict !== 'not-decided') break;
  }
  const last = taken.length === 0 ? null : itemAt(taken, taken.length - 1);
  return { looks: taken, verdict: last?.verdict.verdict ?? 'not-decided', seedsUsed: last?.seeds ?? 0 };
}
