// What front ends get of frequent events, for any order and pace of them: everything in order, at most ten times a second, the newest last.
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MetricColumns } from '../engine/spec/metrics.ts';
import type { LabEvents } from '../protocol/lab.ts';
import type { RunState } from '../protocol/state.ts';
import { EventHub } from './event-hub.ts';

const point = (step: number): MetricColumns => ({
  metric: 'train/loss',
  step: [step],
  active: [step],
  wall: [step],
  value: [step],
});
const state = (id: string, step: number): RunState => ({ id, step }) as unknown as RunState;

interface Sent {
  readonly name: string;
  readonly payload: unknown;
  readonly at: number;
}

const stepsOf = (sent: readonly Sent[], run: string): number[] =>
  sent
    .filter(({ name }) => name === 'metrics/appended')
    .map(({ payload }) => payload as LabEvents['metrics/appended'])
    .filter((payload) => payload.run === run)
    .flatMap(({ columns }) => columns.flatMap(({ step }) => step));

const statesOf = (sent: readonly Sent[], run: string): RunState[] =>
  sent
    .filter(({ name }) => name === 'runs/changed')
    .flatMap(({ payload }) => (payload as LabEvents['runs/changed']).runs.filter(({ id }) => id === run));

function watched(): { readonly hub: EventHub; readonly sent: Sent[] } {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sent: Sent[] = [];
  return { sent, hub: new EventHub((name, payload) => sent.push({ name, payload, at: performance.now() })) };
}

const happening = fc.record({
  what: fc.constantFrom('points', 'points', 'state', 'newest', 'at once'),
  run: fc.constantFrom('a', 'b', 'c'),
  pause: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 250 })),
});

describe('EventHub', () => {
  it('sends every point once and in order, frequent events at most ten times a second, and the newest state last', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), (all) => {
        const { hub, sent } = watched();
        const given = new Map<string, number[]>();
        const newest = new Map<string, number>();
        let announced = -1;
        for (const [n, { what, run, pause }] of all.entries()) {
          if (what === 'points') {
            given.set(run, [...(given.get(run) ?? []), n]);
            hub.metricsAppended(run, [point(n)]);
          } else if (what === 'state') {
            newest.set(run, n);
            hub.runChanged(state(run, n));
          } else if (what === 'newest') hub.newest('session/changed', null);
          else {
            hub.send('problem', { error: { code: 'bug', message: String(n) as never }, run: null });
            announced = n;
            // Everything before it has been sent before it.
            for (const one of ['a', 'b', 'c']) expect(stepsOf(sent, one)).toEqual(given.get(one) ?? []);
            expect(sent.at(-1)?.name).toBe('problem');
          }
          vi.advanceTimersByTime(pause);
        }
        vi.advanceTimersByTime(100);
        for (const run of ['a', 'b', 'c']) {
          expect(stepsOf(sent, run)).toEqual(given.get(run) ?? []);
          expect(statesOf(sent, run).at(-1)?.step).toBe(newest.get(run));
        }
        if (announced < 0) {
          const times = [...new Set(sent.map(({ at }) => at))];
          for (const [i, at] of times.slice(1).entries()) expect(at - Number(times[i])).toBeGreaterThanOrEqual(100);
        }
      }),
    );
  });

  it('sends nothing later than a tenth of a second after it came', () => {
    const { hub, sent } = watched();
    for (let step = 0; step < 60; step++) {
      const came = performance.now();
      hub.metricsAppended('a', [point(step)]);
      while (stepsOf(sent, 'a').at(-1) !== step) vi.advanceTimersByTime(1);
      expect(performance.now() - came).toBeLessThanOrEqual(100);
      vi.advanceTimersByTime((step * 7) % 130);
    }
  });

  it('a report is one message: the state it changes at once and its points, which come when they are on disk', () => {
    const { hub, sent } = watched();
    hub.runChanged(state('a', 7));
    vi.advanceTimersByTime(10);
    hub.metricsAppended('a', [point(7)]);
    vi.advanceTimersByTime(10);
    expect(sent.map(({ name }) => name)).toEqual(['metrics/appended', 'runs/changed']);
    expect(new Set(sent.map(({ at }) => at)).size).toBe(1);
  });
});
