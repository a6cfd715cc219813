// Nothing is written out of order, and the displayed state follows from what is known.
import { describe, expect, it } from 'vitest';
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { statusAtRest, withCheckpoint } from '../runs/run-states.ts';
import { withMetrics } from '../session/run-records.ts';
import { WriteQueue, type WriteState } from '../session/write-queue.ts';
import { saying } from '../../../tests/support/saying.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('WriteQueue', () => {
  it('keeps the order and holds everything behind a write that failed', async () => {
    const states: WriteState[] = [];
    const written: number[] = [];
    const queue = new WriteQueue((state) => states.push(state));
    let full = false;
    const push = (n: number): void =>
      queue.push({
        what: say`write ${n}`,
        write: async () => {
          await pause(1);
          if (full && n >= 3) throw new AppFailure({ code: 'disk-full', message: say`the disk is full` });
          written.push(n);
        },
      });
    for (const n of [1, 2]) push(n);
    await queue.idle();
    expect(queue.state).toBe('saved');
    full = true;
    for (const n of [3, 4, 5]) push(n);
    await queue.idle();
    expect(written).toEqual([1, 2]);
    expect(queue.state).toEqual({ failed: { code: 'disk-full', message: saying('the disk is full') } });
    push(6);
    queue.retry();
    await queue.idle();
    expect(written).toEqual([1, 2]);
    full = false;
    queue.retry();
    await queue.idle();
    expect(written).toEqual([1, 2, 3, 4, 5, 6]);
    expect(states.at(-1)).toBe('saved');
  });
});

const point = (step: number): MetricColumns => ({
  metric: 'train/loss',
  step: [step],
  active: [step],
  wall: [step],
  value: [step],
});

describe('what a door shows', () => {
  it('a run that was under way when nobody has the file open was interrupted', () => {
    expect(statusAtRest('active')).toBe('interrupted');
    expect(statusAtRest('queued')).toBe('interrupted');
    for (const intent of ['paused', 'stopped', 'finished', 'diverged', 'failed'] as const)
      expect(statusAtRest(intent)).toBe(intent);
  });

  it('one latest and one best checkpoint, every kept one', () => {
    const cursor = (step: number) => ({
      step,
      activeSeconds: 0,
      wallSeconds: 0,
      learningRate: null,
      best: null,
      sinceBest: 0,
    });
    const marks = (['latest', 'best', 'kept', 'latest', 'kept', 'best'] as const).reduce<
      ReturnType<typeof withCheckpoint>
    >((all, kind, step) => withCheckpoint(all, { kind, cursor: cursor(step) }), []);
    expect(marks).toEqual([
      { step: 2, kind: 'kept' },
      { step: 3, kind: 'latest' },
      { step: 4, kind: 'kept' },
      { step: 5, kind: 'best' },
    ]);
  });

  it('the newest value of each metric, not-a-number included', () => {
    expect(withMetrics({ 'val/loss': 1 }, [{ ...point(3), value: [null] }])).toEqual({
      'val/loss': 1,
      'train/loss': null,
    });
  });
});
