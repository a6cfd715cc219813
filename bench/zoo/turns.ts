// Contenders in turns A B A B. A turn is a pause, one step after it, and one more: after a pause the second core comes late, in training it does not,
// so both are reported. A contender that has taken long enough drops out.
import type { Contender, Spent } from './contenders.ts';

interface Quartiles {
  readonly minimum: number;
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
}

export interface Timing {
  readonly who: string;
  readonly title: string;
  readonly rounds: number;
  /** Milliseconds of a step among others. */
  readonly steady: Quartiles;
  /** Of the first step after a pause. */
  readonly paused: Quartiles;
  /** Processor time of a step among others. */
  readonly cpu: Quartiles;
  readonly bytes: number | null;
}

const pause = 60;
/** Slower steps are not taken twice in a turn: threads are asleep at the start of a small part of them. */
const slow = 400;
/** Fewest rounds of a contender, however slow. */
const fewest = 3;
const warmUp = 3;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function quartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(3));
  return { minimum: at(0), quarter: at(0.25), median: at(0.5), threeQuarters: at(0.75) };
}

interface Taken {
  readonly first: Spent[];
  readonly steady: Spent[];
}

async function turn(contender: Contender, taken: Taken): Promise<void> {
  await wait(pause);
  const first = await contender.step();
  taken.first.push(first);
  taken.steady.push(first.ms > slow ? first : await contender.step());
}

/** `most`: milliseconds after which a contender drops out. */
export async function inTurns(
  contenders: readonly Contender[],
  rounds: number,
  most: number,
): Promise<readonly Timing[]> {
  const all = contenders.map((): Taken => ({ first: [], steady: [] }));
  for (const { step } of contenders) for (let i = 0; i < warmUp; i++) if ((await step()).ms > slow) break;
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      const taken = all[i];
      if (taken === undefined) continue;
      const spent = [...taken.first, ...taken.steady].reduce((sum, { ms }) => sum + ms, 0);
      if (round < fewest || spent < most) await turn(contender, taken);
    }
  return contenders.map(({ who, title, bytes }, i): Timing => {
    const { first, steady } = all[i] ?? { first: [], steady: [] };
    return {
      who,
      title,
      rounds: steady.length,
      steady: quartiles(steady.map(({ ms }) => ms)),
      paused: quartiles(first.map(({ ms }) => ms)),
      cpu: quartiles(steady.map(({ cpu }) => cpu)),
      bytes,
    };
  });
}
