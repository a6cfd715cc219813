// The bar and the remaining time must not claim more than is known.
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../protocol/state.ts';
import { raceProgress } from './race-progress.ts';

const run = (status: RunState['status'], progress: number, seconds: number | null): RunState =>
  ({ status, progress, remaining: seconds === null ? null : { low: seconds, high: 2 * seconds } }) as RunState;

describe('raceProgress', () => {
  it('ends with the last run, whose time already holds the turns of the others', () => {
    const runs = [run('running', 0.5, 60), run('queued', 0, 120), run('finished', 1, null)];
    const remaining = { low: 120, high: 240 };
    expect(raceProgress(runs)).toMatchObject({ running: 1, waiting: 1, fraction: 0.5, remaining });
  });
  it('says how many runs the time leaves out, and gives none when nothing runs', () => {
    const runs = [run('running', 0.5, 60), run('preparing', 0, null)];
    expect(raceProgress(runs)).toMatchObject({ remaining: { low: 60, high: 120 }, unknown: 1 });
    expect(raceProgress([run('finished', 1, null)])).toMatchObject({ remaining: null, unknown: 0 });
  });
  it('leaves out runs that can never finish', () => {
    const runs = [run('finished', 1, null), run('diverged', 0.1, null), run('paused', 0.5, null)];
    expect(raceProgress(runs).fraction).toBe(0.75);
  });
  it('has no share of anything while nothing runs, waits or is paused, and says what became of the runs', () => {
    const runs = [run('stopped', 0.28, null), run('finished', 1, null), run('stopped', 0.3, null)];
    expect(raceProgress(runs)).toMatchObject({
      running: 0,
      fraction: null,
      ended: [
        { status: 'finished', count: 1 },
        { status: 'stopped', count: 2 },
      ],
    });
  });
});
