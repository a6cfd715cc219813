// How far a race is, over all runs it acts on. Pure.
import { allDone, type Span } from '../../../../engine/spec/remaining.ts';
import type { RunState } from '../../../../protocol/lab.ts';

export interface RaceProgress {
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  /** 0..1 of all budgets together. */
  readonly fraction: number;
  /** Until the last run with an estimate is done; null when none has one. */
  readonly remaining: Span | null;
  /** Active runs without an estimate. */
  readonly unknown: number;
}

const waitingFor = new Set<RunState['status']>(['queued', 'preparing']);

export function raceProgress(runs: readonly RunState[]): RaceProgress {
  const running = runs.filter((run) => run.status === 'running');
  const waiting = runs.filter((run) => waitingFor.has(run.status));
  const active = [...running, ...waiting];
  const counted = runs.filter((run) => run.status !== 'diverged' && run.status !== 'failed');
  const fraction = counted.length === 0 ? 0 : counted.reduce((sum, run) => sum + run.progress, 0) / counted.length;
  const finishes = active.map((run) => run.remaining);
  return {
    running: running.length,
    waiting: waiting.length,
    paused: runs.filter((run) => run.status === 'paused').length,
    fraction,
    remaining: allDone(finishes),
    unknown: finishes.filter((span) => span === null).length,
  };
}
