// The words of an outcome: what each verdict is called, what it was read from, and what would decide it. Pure.
import { asIs, say, type Message } from '../../core/say.ts';
import type { Figures, Outcome as VerdictKind, Reason, Verdict } from '../statistics/claims.ts';
import type { RunMetric } from '../task-metrics.ts';
import { pText } from '../statistics/seed-words.ts';
import { ends, figure, signed } from './figures.ts';
import type { PartOutcome } from './outcome.ts';
import type { Compared } from './settings.ts';

export const verdictWords: Readonly<Record<VerdictKind, Message>> = {
  holds: say`Holds`,
  'does-not-hold': say`Does not hold`,
  'not-decided': say`Not decided`,
  'cannot-be-tested-here': say`Cannot be tested here`,
};

export const readingWords: Readonly<Record<Compared['reading'], Message>> = {
  equal: say`equal`,
  size: say`size`,
  choice: say`choice`,
  open: say`open`,
};

const counted = ({ reached, of }: Figures): Message | null =>
  reached === undefined || of === undefined ? null : say`${reached} of ${of} seeds`;

/** The number that decided. */
export function decidedBy({ verdict }: PartOutcome, metric: RunMetric): Message {
  const { figures } = verdict;
  if (figures.difference !== undefined) return asText(signed(metric, figures.difference));
  if (figures.mean !== undefined) return asText(figure(metric, figures.mean));
  return counted(figures) ?? asText('–');
}

const asText = (text: string): Message => ({ pattern: '{0}', values: [asIs(text)] });

export function intervalWords({ verdict }: PartOutcome, metric: RunMetric): string {
  return ends(metric, verdict.figures.interval ?? null);
}

const tooFew = (seeds: number, needed: number): Message => say`It takes at least ${needed} seeds; there are ${seeds}.`;

/** Exact ranks cannot reach 5 % below four against four. */
const fewestForRanks = 4;

/** Why a part is not decided, or what it takes; null where nothing is left to say. */
export function whatWouldDecide({ part, verdict, seeds }: PartOutcome): Message | null {
  if (part.kind === 'cannot') return say`It needs ${part.needs}.`;
  if (verdict.verdict !== 'not-decided') return null;
  return undecided(verdict.reason, verdict, seeds);
}

function undecided(reason: Reason | null, { figures }: Verdict, seeds: number): Message {
  if (reason === 'too-few-seeds') return tooFew(seeds, 3);
  if (reason === 'ranks')
    return seeds < fewestForRanks
      ? tooFew(seeds, fewestForRanks)
      : say`Runs of the two overlap, p ${pText(figures.p ?? 1)}: more seeds would tell.`;
  if (reason === 'counts') return say`So few seeds do not decide a share of runs: it takes at least 5 that agree.`;
  if (reason === 'diverged') return say`Runs have diverged, and a loss has no worst value to count them as.`;
  if (reason === 'no-spread') return say`All seeds gave the same number: does the seed change anything?`;
  return say`The interval contains the boundary: more seeds would make it narrower.`;
}
