// The feed against a small in-memory lab: what is on the screen must always equal what the lab has stored.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watch } from 'vue';
import type { MetricColumns } from '../../../engine/spec/metrics.ts';
import type { LabEvents } from '../../../protocol/lab.ts';
import type { SeriesQuery, SeriesWindow } from '../../../protocol/state.ts';
import type { LabClient } from '../../../protocol/rpc.ts';
import { columnsFor, createSeriesFeed, type SeriesFeed } from './series-feed.ts';

/** Stores points by run and answers like the lab, optionally late. */
function smallLab() {
  const stored = new Map<string, { step: number; value: number }[]>();
  const queries: SeriesQuery[] = [];
  let appended: (payload: LabEvents['metrics/appended']) => void = () => undefined;
  let connection: (open: boolean) => void = () => undefined;
  let gate: Promise<void> = Promise.resolve();
  const answer = (query: SeriesQuery): SeriesWindow[] =>
    query.runs.map((run) => {
      const points = (stored.get(run) ?? []).filter(
        ({ step }) => step >= (query.from ?? -Infinity) && step <= (query.to ?? Infinity),
      );
      const step = points.map((point) => point.step);
      return { run, metric: query.metric, step, x: step, value: points.map((point) => point.value), complete: true };
    });
  const client = {
    request: async (_name: string, query: SeriesQuery) => {
      queries.push(query);
      const reply = answer(query);
      await gate;
      return reply;
    },
    on: (_name: string, listener: typeof appended) => {
      appended = listener;
      return () => (appended = () => undefined);
    },
    onConnection: (listener: typeof connection) => {
      connection = listener;
      return () => undefined;
    },
    close: () => undefined,
  } as object as LabClient;
  const columns = (points: readonly { step: number; value: number }[]): MetricColumns => ({
    metric: 'train/loss',
    step: points.map((point) => point.step),
    active: points.map((point) => point.step),
    wall: points.map((point) => point.step),
    value: points.map((point) => point.value),
  });
  return {
    client,
    stored,
    queries,
    add(run: string, points: { step: number; value: number }[], tell = true) {
      stored.set(run, [...(stored.get(run) ?? []), ...points]);
      if (tell) appended({ run, columns: [columns(points)] });
    },
    tell: (run: string, points: { step: number; value: number }[]) => appended({ run, columns: [columns(points)] }),
    reconnect: () => connection(true),
    hold() {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => (release = resolve));
      return () => release();
    },
  };
}

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(150);
};
const query = { runs: ['a'], metrics: ['train/loss'], axis: 'step', range: null } as const;
let feed: SeriesFeed;
let labSide: ReturnType<typeof smallLab>;
const steps = (): number[] => [...(feed.points('train/loss', 'a')?.step ?? [])];

beforeEach(() => {
  vi.useFakeTimers();
  labSide = smallLab();
  feed = createSeriesFeed(labSide.client, {
    factsOf: () => null,
    onFailure: (thrown) => {
      throw thrown;
    },
  });
});
afterEach(() => {
  feed.dispose();
  vi.useRealTimers();
});

describe('series feed', () => {
  it('loads the window once and adds what comes', async () => {
    labSide.add('a', [{ step: 1, value: 5 }]);
    feed.show(query);
    feed.show(query);
    await settle();
    labSide.add('a', [{ step: 2, value: 4 }]);
    await settle();
    expect(steps()).toEqual([1, 2]);
    expect(labSide.queries).toHaveLength(1);
  });
  it('loses nothing that arrives while a window is on its way', async () => {
    labSide.add('a', [{ step: 1, value: 5 }]);
    const release = labSide.hold();
    feed.show(query);
    labSide.add('a', [{ step: 2, value: 4 }]);
    labSide.tell('a', [{ step: 1, value: 5 }]);
    release();
    await settle();
    expect(steps()).toEqual([1, 2]);
  });
  it('says that it reads until the lab has answered, so that nothing is called empty before', async () => {
    const release = labSide.hold();
    feed.show(query);
    expect(feed.isReading('train/loss')).toBe(true);
    await settle();
    expect(feed.isReading('train/loss')).toBe(true);
    const before = feed.version.value;
    release();
    await settle();
    expect(feed.isReading('train/loss')).toBe(false);
    expect(steps()).toEqual([]);
    expect(feed.version.value).toBeGreaterThan(before);
  });
  it('publishes within a frame, and once for what arrives together', async () => {
    feed.show(query);
    await settle();
    for (let step = 1; step <= 20; step += 1) {
      const before = feed.version.value;
      for (const run of ['a', 'b', 'a']) labSide.add(run, [{ step, value: step }]);
      await vi.advanceTimersByTimeAsync(20);
      expect(feed.version.value).toBe(before + 1);
      await vi.advanceTimersByTimeAsync(80);
    }
  });
  it('leaves the page three quarters of its time while drawing is slow, and publishes the last points', async () => {
    feed.show(query);
    await settle();
    const drawings: number[] = [];
    const stop = watch(
      feed.version,
      () => {
        drawings.push(performance.now());
        vi.advanceTimersByTime(40);
      },
      { flush: 'sync' },
    );
    for (let step = 1; step <= 100; step += 1) {
      labSide.add('a', [{ step, value: step }]);
      await vi.advanceTimersByTimeAsync(10);
    }
    await settle();
    stop();
    expect(drawings.length).toBeGreaterThan(3);
    for (const [i, at] of drawings.slice(1).entries()) expect(at - Number(drawings[i])).toBeGreaterThanOrEqual(160);
    expect(steps()).toHaveLength(100);
  });
  it('asks again after a lost connection and shows what it missed', async () => {
    feed.show(query);
    await settle();
    labSide.add('a', [{ step: 1, value: 5 }], false);
    labSide.reconnect();
    await settle();
    expect(steps()).toEqual([1]);
  });
  it('follows a run that goes back to a checkpoint', async () => {
    labSide.add(
      'a',
      [10, 20, 30].map((step) => ({ step, value: step })),
    );
    feed.show(query);
    await settle();
    labSide.stored.set(
      'a',
      [10, 20, 25].map((step) => ({ step, value: 0 })),
    );
    labSide.tell('a', [{ step: 25, value: 0 }]);
    await settle();
    expect(steps()).toEqual([10, 20, 25]);
  });
  it('drops what is no longer shown and an answer that came too late', async () => {
    labSide.add(
      'a',
      [1, 2, 3, 4].map((step) => ({ step, value: step })),
    );
    const release = labSide.hold();
    feed.show(query);
    feed.show({ ...query, range: { from: 2, to: 3 } });
    release();
    await settle();
    expect(steps()).toEqual([2, 3]);
    feed.show({ ...query, runs: [] });
    expect(feed.points('train/loss', 'a')).toBeNull();
  });
  it('asks for fewer columns the more runs there are', () => {
    expect(columnsFor(1, 400_000)).toBe(2000);
    expect(columnsFor(1000, 400_000)).toBe(100);
    expect(columnsFor(100_000, 400_000)).toBe(60);
  });

  it('asks for many runs in parts, and leaves out what a further zoom made useless', async () => {
    const runs = Array.from({ length: 600 }, (_, at) => `r${at}`);
    for (const run of runs) labSide.add(run, [{ step: 1, value: 5 }], false);
    feed.show({ ...query, runs });
    await settle();
    expect(labSide.queries.map((one) => one.runs.length)).toEqual([250, 250, 100]);
    for (const run of runs) expect(feed.points('train/loss', run)?.length).toBe(1);

    const release = labSide.hold();
    feed.show({ ...query, runs, range: { from: 0, to: 5 } });
    feed.show({ ...query, runs, range: { from: 0, to: 2 } });
    release();
    await settle();
    const [abandoned, ...wanted] = labSide.queries.slice(3);
    expect(abandoned?.to).toBe(5);
    expect(wanted.map(({ to, runs: part }) => [to, part.length])).toEqual([
      [2, 250],
      [2, 250],
      [2, 100],
    ]);
  });
});
