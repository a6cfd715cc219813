// From contenders to rows: compares losses first, then times steps in turns, with quartiles and ratios within each round. Writes nothing.
import { quartilesOf } from '../../src/engine/training/timing.ts';
import type { Contender } from './contender.ts';

export interface Row {
  readonly who: string;
  readonly title: string;
  readonly milliseconds: { readonly q1: number; readonly median: number; readonly q3: number } | null;
  /** Median of its time over ours in the same round, by module: above 1 = it is slower. Null where either was not timed. */
  readonly over: { readonly native: number | null; readonly wasm: number | null };
  /** Its losses were compared with ours and agree. */
  readonly compared: boolean;
  readonly note: string;
}

/** Allowed difference of losses, relative to the reference. */
export const tolerance = 1e-3;

const warmUp = 3;
/** A contender that has done this many steps and taken this long drops out; a contender with a step this slow gets no warm-up. */
const enough = { steps: 5, milliseconds: 8000, slowStep: 1000 } as const;

/** Times of a contender by round; null = it was not timed. */
type Times = readonly (number | null)[];

/** Null when the losses agree, else how far they are apart. */
export function disagreement(losses: readonly number[] | null, reference: readonly number[]): string | null {
  if (losses === null) return null;
  if (losses.length !== reference.length) return `${losses.length} losses, ${reference.length} are required`;
  const apart = losses.map((loss, i) => Math.abs(loss - reference[i]) / Math.max(1, Math.abs(reference[i])));
  const worst = apart.reduce((most, one) => (one <= most ? most : one), 0);
  return worst <= tolerance ? null : `losses differ by ${worst.toExponential(1)} of the reference: no time is printed`;
}

/**
 * Before its turn a contender waits until the previous one's threads are asleep (OpenMP threads spin for a while) and takes one step that
 * wakes its own threads, so that the measured step is one of many, as in training.
 */
const rest = { milliseconds: 60, unlessSlower: 250 } as const;

async function turn(step: Contender['step'], last: number | null): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, rest.milliseconds));
  if (last === null || last <= rest.unlessSlower) await step();
  return step();
}

/** A B A B: one turn per contender and round. */
async function timed(contenders: readonly Contender[], rounds: number): Promise<readonly Times[]> {
  const times = contenders.map((): (number | null)[] => []);
  const spent = contenders.map(() => 0);
  for (const { step } of contenders) {
    for (let i = 0; i < warmUp; i++) if ((await step()) > enough.slowStep) break;
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, { step }] of contenders.entries()) {
      const leaves = round >= enough.steps && spent[i] > enough.milliseconds;
      const ms = leaves ? null : await turn(step, times[i].at(-1) ?? null);
      spent[i] += ms ?? 0;
      times[i].push(ms);
    }
  }
  return times;
}

const median = (values: readonly number[]): number => quartilesOf(Float64Array.from(values)).median;

function pairedRatio(own: Times, other: Times | undefined): number | null {
  const ratios = own.flatMap((ms, round) => {
    const theirs = other?.[round] ?? null;
    return ms === null || theirs === null ? [] : [ms / theirs];
  });
  return ratios.length === 0 ? null : median(ratios);
}

/** Compares, then times; the last of `own` is the reference for losses. `uncompared` are timed as they are. */
export async function rowsOf(
  own: readonly Contender[],
  others: readonly Contender[],
  uncompared: readonly Contender[],
  rounds: number,
): Promise<readonly Row[]> {
  const all = [...own, ...others];
  const notes = all.map(({ losses }) => disagreement(losses, own.at(-1)?.losses ?? []));
  const good = [...all.filter((_, i) => notes[i] === null), ...uncompared];
  const times = await timed(good, rounds);
  const ourTimes = (who: string): Times | undefined => times[good.findIndex((one) => one.who === who)];
  const [native, wasm] = [ourTimes('native'), ourTimes('wasm')];
  const refused = all.flatMap(({ who, title }, i): Row[] => {
    const note = notes[i];
    return note ? [{ who, title, milliseconds: null, over: { native: null, wasm: null }, compared: false, note }] : [];
  });
  const rows = good.map(({ who, title, losses }, i): Row => {
    const milliseconds = quartilesOf(Float64Array.from(times[i].filter((ms) => ms !== null)));
    const note = losses === null ? 'another model or start: losses not compared' : '';
    const over = { native: pairedRatio(times[i], native), wasm: pairedRatio(times[i], wasm) };
    return { who, title, milliseconds, over, compared: losses !== null, note };
  });
  return [...rows, ...refused];
}
