// The table at the end of a race shows only what was measured, and the line below it counts the runs that did not finish.
import { describe, expect, it } from 'vitest';
import { cursorAt, someFacts, someRun } from '../session/testing/samples.ts';
import { liveAtRest, runState, type LastValues } from '../lab/runs/run-states.ts';
import type { RunState } from '../protocol/state.ts';
import { noTime } from '../engine/spec/time-account.ts';
import { fallbackNotes, raceTable, timeTable, troubles } from './race-report.ts';
import { si } from './show.ts';

const at = (name: string, status: RunState['status'], last: LastValues = {}): RunState => {
  const stored = someRun(name, { name, cursor: { ...cursorAt(7), best: null } });
  return { ...runState(stored, liveAtRest(stored, last, [])), status };
};

/** The cells of one run by the names of the columns. */
function row(run: RunState): Readonly<Record<string, string>> {
  const [head = '', , line = ''] = raceTable([run]).split('\n');
  const cells = (text: string): string[] => text.trim().split(/ {2,}/);
  return Object.fromEntries(cells(head).map((name, i) => [name, cells(line)[i] ?? '']));
}

describe('steps that another implementation computed', () => {
  it('are said in a line for each run that has some', () => {
    const fallbacks = { to: 'fused', steps: 2, first: 3, last: 5, evaluations: 0 };
    const run = { ...at('a', 'finished'), fallbacks };
    const { implementation } = run.spec.model;
    expect(fallbackNotes([at('b', 'finished'), run])).toBe(
      `a: Implementation ${implementation} did not settle at 2 of 7 steps, first 3, last 5; these were computed by fused.`,
    );
    expect(fallbackNotes([at('b', 'finished')])).toBe('');
  });
});

describe('the table of a race', () => {
  it('has a dash for the validation loss before the first evaluation, never the training loss', () => {
    expect(row(at('a', 'running', { 'train/loss': 1.25 }))).toMatchObject({
      'val loss': '–',
      best: '–',
      Accuracy: '–',
    });
    expect(row(at('a', 'running', { 'train/loss': 1.25, 'val/loss': 2.5 }))).toMatchObject({ 'val loss': '2.5000' });
    expect(row(at('a', 'running', { 'train/loss': 1.25, 'val/loss': null }))).toMatchObject({ 'val loss': '–' });
  });

  it('marks the speed of a run too short for a steady one, and says where the time of its training went', () => {
    const run = {
      ...at('a', 'finished'),
      step: 20,
      stepSeconds: null,
      facts: someFacts,
      time: { ...noTime, warmup: 0.5 },
    };
    const short = (20 * someFacts.tokensPerStep) / 0.5;
    expect(raceTable([run])).toContain(`${si(short)} (short)`);
    const text = timeTable([run, { ...run, name: 'b', time: { ...noTime, training: 1, warmup: 0.5 } }]);
    expect(text.split('\n')[0]).toMatch(/warm-up +preparation/);
    expect(text).toContain('All steps of a were warm-up');
  });

  it('counts runs that did not finish', () => {
    const runs = (['failed', 'finished', 'diverged', 'failed', 'interrupted'] as const).map((s, i) => at(`r${i}`, s));
    expect(troubles(runs)).toBe('2 runs failed, 1 run diverged, 1 run was interrupted');
    expect(troubles(runs.slice(1, 2))).toBeNull();
  });
});
