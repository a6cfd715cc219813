// The bar and the time left must not promise more than is known.
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../protocol/lab.ts';
import { raceProgress } from './race-progress.ts';

const run = (status: RunState['status'], progress: number, etaSeconds: number | null): RunState =>
  ({ status, progress, etaSeconds }) as RunState;

describe('raceProgress', () => {
  it('adds times in turns and takes the longest at once', () => {
    const runs = [run('running', 0.5, 60), run('queued', 0, 120), run('finished', 1, null)];
    expect(raceProgress(runs, false)).toMatchObject({ running: 1, waiting: 1, fraction: 0.5, seconds: 180 });
    expect(raceProgress(runs, true).seconds).toBe(120);
  });
  it('says how many runs the time leaves out, and gives none when nothing runs', () => {
    const runs = [run('running', 0.5, 60), run('preparing', 0, null)];
    expect(raceProgress(runs, false)).toMatchObject({ seconds: 60, unknown: 1 });
    expect(raceProgress([run('finished', 1, null)], false)).toMatchObject({ seconds: null, unknown: 0 });
  });
  it('leaves out runs that can never finish', () => {
    expect(raceProgress([run('finished', 1, null), run('diverged', 0.1, null)], false).fraction).toBe(1);
  });
});
