// The curves the Race screen holds: loads windows from the lab, adds new points, and signals changes at once, as long as drawing them leaves the
// page time for other things. Uses plain arrays; only a counter is reactive. Independent of charts.
import { shallowRef, type ShallowRef } from 'vue';
import type { MetricColumns, MetricKind, RunFacts, XAxis } from '../../../engine/spec/metrics.ts';
import type { RunId, SeriesWindow } from '../../../protocol/state.ts';
import type { LabClient } from '../../../protocol/rpc.ts';
import { SeriesBuffer } from '../../charts/series-buffer.ts';

export interface FeedQuery {
  readonly runs: readonly RunId[];
  readonly metrics: readonly MetricKind[];
  readonly axis: XAxis;
  /** Zoomed x range; null = everything. */
  readonly range: { readonly from: number; readonly to: number } | null;
}

export interface SeriesFeed {
  /** Increases when points have changed: one frame later, or as late as slow drawing makes necessary. */
  readonly version: Readonly<ShallowRef<number>>;
  points(metric: MetricKind, run: RunId): SeriesBuffer | null;
  /** True until the lab has answered for a metric; before that it is unknown whether there are points. */
  isReading(metric: MetricKind): boolean;
  /** Sets what is displayed; requests only what is missing. */
  show(query: FeedQuery): void;
  /** Reloads everything, after a lost connection or for another session. */
  refresh(): void;
  dispose(): void;
}

export interface FeedOptions {
  readonly factsOf: (run: RunId) => RunFacts | null;
  readonly onFailure: (thrown: unknown) => void;
  /** Most points of all lines together. */
  readonly budget?: number;
}

/** What arrives together is drawn together: the lab sends the points of each run by themselves, one after the other. */
const FRAME_MS = 16;
/** Share of the time that drawing may take: the pause between two drawings is at least this many times the last one. */
const REST = 3;
/** Runs per request. */
const PART = 250;
const keyOf = (metric: MetricKind, run: RunId): string => `${metric}|${run}`;

/** Pixel columns to ask for, so that many runs together stay within the budget (at most four points a column). */
export function columnsFor(runs: number, budget: number): number {
  return Math.max(60, Math.min(2000, Math.floor(budget / (4 * Math.max(1, runs)))));
}

class Feed implements SeriesFeed {
  readonly version = shallowRef(0);
  readonly #client: LabClient;
  readonly #options: FeedOptions;
  readonly #buffers = new Map<string, SeriesBuffer>();
  /** Pending keys, with the points that arrived in the meantime. */
  readonly #awaited = new Map<string, MetricColumns[]>();
  readonly #unsubscribe: readonly (() => void)[];
  #query: FeedQuery = { runs: [], metrics: [], axis: 'step', range: null };
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #disposed = false;
  /** Milliseconds that the last drawing took, and when it began. */
  #drawing = 0;
  #drawn = -Infinity;

  constructor(client: LabClient, options: FeedOptions) {
    this.#client = client;
    this.#options = options;
    this.#unsubscribe = [
      client.on('metrics/appended', ({ run, columns }) => this.#take(run, columns)),
      client.onConnection((open) => open && this.refresh()),
    ];
  }

  points(metric: MetricKind, run: RunId): SeriesBuffer | null {
    return this.#buffers.get(keyOf(metric, run)) ?? null;
  }

  isReading(metric: MetricKind): boolean {
    return this.#query.runs.some((run) => this.#awaited.has(keyOf(metric, run)));
  }

  show(query: FeedQuery): void {
    const old = this.#query;
    this.#query = query;
    const moved = old.range?.from !== query.range?.from || old.range?.to !== query.range?.to;
    if (old.axis !== query.axis) {
      this.#buffers.clear();
      this.#publish();
    }
    if (old.axis !== query.axis || moved) this.#invalidate();
    this.#drop(query);
    for (const metric of query.metrics) {
      const missing = query.runs.filter((run) => this.#isMissing(keyOf(metric, run)));
      if (missing.length > 0) void this.#ask(metric, missing);
    }
  }

  refresh(): void {
    this.#invalidate();
    this.show(this.#query);
  }

  dispose(): void {
    this.#disposed = true;
    for (const stop of this.#unsubscribe) stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  readonly #stale = new Set<string>();

  /** Old points stay on the screen until the new window arrives. */
  #invalidate(): void {
    this.#generation += 1;
    this.#awaited.clear();
    for (const key of this.#buffers.keys()) this.#stale.add(key);
  }

  #isMissing(key: string): boolean {
    return !this.#awaited.has(key) && (!this.#buffers.has(key) || this.#stale.has(key));
  }

  #drop(query: FeedQuery): void {
    const wanted = new Set(query.metrics.flatMap((metric) => query.runs.map((run) => keyOf(metric, run))));
    for (const key of this.#buffers.keys()) if (!wanted.has(key)) this.#buffers.delete(key);
    for (const key of this.#stale) if (!wanted.has(key)) this.#stale.delete(key);
  }

  /** In parts, one after the other: the first lines appear early, no answer is long, and another zoom cancels the rest. */
  async #ask(metric: MetricKind, runs: readonly RunId[]): Promise<void> {
    const generation = this.#generation;
    const { axis, range } = this.#query;
    const columns = columnsFor(this.#query.runs.length, this.#options.budget ?? 160_000);
    for (const run of runs) this.#awaited.set(keyOf(metric, run), []);
    const window = { from: range?.from ?? null, to: range?.to ?? null, columns };
    const obsolete = (): boolean => generation !== this.#generation || this.#disposed;
    for (let from = 0; from < runs.length && !obsolete(); from += PART) {
      const part = runs.slice(from, from + PART);
      try {
        const windows = await this.#client.request('series/query', { runs: part, metric, x: axis, ...window });
        if (!obsolete()) this.#put(metric, part, windows, columns);
      } catch (thrown) {
        if (obsolete()) return;
        for (const run of runs.slice(from)) this.#awaited.delete(keyOf(metric, run));
        this.#options.onFailure(thrown);
        this.#publish();
        return;
      }
    }
  }

  #put(metric: MetricKind, runs: readonly RunId[], windows: readonly SeriesWindow[], columns: number): void {
    const byRun = new Map(windows.map((window) => [window.run, window]));
    for (const run of runs) {
      const key = keyOf(metric, run);
      const window = byRun.get(run) ?? { step: [], x: [], value: [], complete: true };
      const buffer = new SeriesBuffer(window, columns * 8);
      for (const late of this.#awaited.get(key) ?? []) buffer.append(late, { ...this.#place(run), overlap: true });
      this.#buffers.set(key, buffer);
      this.#awaited.delete(key);
      this.#stale.delete(key);
    }
    this.#publish();
  }

  #place(run: RunId): { axis: XAxis; facts: RunFacts | null; to: number | null } {
    return { axis: this.#query.axis, facts: this.#options.factsOf(run), to: this.#query.range?.to ?? null };
  }

  #take(run: RunId, columns: readonly MetricColumns[]): void {
    for (const column of columns) {
      const key = keyOf(column.metric, run);
      const awaited = this.#awaited.get(key);
      if (awaited) {
        awaited.push(column);
        continue;
      }
      const outcome = this.#buffers.get(key)?.append(column, this.#place(run)) ?? 'nothing';
      if (outcome === 'rewound') void this.#ask(column.metric, [run]);
      else if (outcome === 'added') this.#publish();
    }
  }

  #publish(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#drawn = performance.now();
        this.version.value += 1;
        // Dependent components are drawn before the next task; the time this takes sets the pace.
        setTimeout(() => (this.#drawing = performance.now() - this.#drawn), 0);
      },
      Math.max(FRAME_MS, this.#drawn + (1 + REST) * this.#drawing - performance.now()),
    );
  }
}

export function createSeriesFeed(client: LabClient, options: FeedOptions): SeriesFeed {
  return new Feed(client, options);
}
