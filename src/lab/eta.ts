// How long a run still takes when others share the machine. Pure.
import type { RaceMode } from '../engine/spec/run-spec.ts';

/**
 * Seconds until run `at` is done, from the seconds each run under way needs for itself (null = not known: as much as this one). race:
 * equal shares, so until then every other run uses min(its own need, mine); queue: all that stand before it; parallel: its own.
 */
export function secondsLeft(mode: RaceMode, own: readonly (number | null)[], at: number): number | null {
  const mine = own[at] ?? null;
  if (mine === null || mode === 'parallel') return mine;
  const sharing =
    mode === 'queue' ? own.slice(0, at) : own.toSpliced(at, 1).map((other) => Math.min(other ?? mine, mine));
  return sharing.reduce<number>((total, seconds) => total + (seconds ?? mine), mine);
}
