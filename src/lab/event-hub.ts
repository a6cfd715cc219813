// Events for all front ends. Frequent events are collected and sent at most ten times a second, the only such limit between an engine's report
// and a screen (decision 24); the others at once, after the collected ones, so that the order is kept. Independent of transports.
import type { MetricColumns } from '../engine/spec/metrics.ts';
import type { LabEvent, LabEvents } from '../protocol/lab.ts';
import type { RunId, RunState } from '../protocol/state.ts';
import { thinned } from './session/thin-columns.ts';

export type Emit = <K extends LabEvent>(name: K, payload: LabEvents[K]) => void;

const shortestPauseMs = 100;
/** An engine's report changes a run at once, and its points come when they are on disk: this long is waited for them, so that both go together. */
const togetherMs = 15;

/** One list of columns per metric: consecutive batches are merged. */
function joined(batches: readonly MetricColumns[]): MetricColumns[] {
  const byMetric = Map.groupBy(batches, (batch) => batch.metric);
  return [...byMetric].map(([metric, parts]) => ({
    metric,
    step: parts.flatMap((part) => part.step),
    active: parts.flatMap((part) => part.active),
    wall: parts.flatMap((part) => part.wall),
    value: parts.flatMap((part) => part.value),
  }));
}

export class EventHub {
  readonly #emit: Emit;
  #changed = new Map<RunId, RunState>();
  #appended = new Map<RunId, MetricColumns[]>();
  /** The newest of other events that follow each other quickly. */
  #newest = new Map<LabEvent, () => void>();
  #timer: NodeJS.Timeout | null = null;
  #lastFlush = -Infinity;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  send<K extends LabEvent>(name: K, payload: LabEvents[K]): void {
    this.flush();
    this.#emit(name, payload);
  }

  /** The newest state of a run; earlier ones that were not sent yet are dropped. */
  runChanged(state: RunState): void {
    this.#changed.set(state.id, state);
    this.#later();
  }

  /** An event whose newest payload is all that a door needs. */
  newest<K extends LabEvent>(name: K, payload: LabEvents[K]): void {
    this.#newest.set(name, () => this.#emit(name, payload));
    this.#later();
  }

  metricsAppended(run: RunId, columns: readonly MetricColumns[]): void {
    const waiting = this.#appended.get(run) ?? [];
    waiting.push(...columns);
    this.#appended.set(run, waiting);
    this.#later();
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const [changed, appended, newest] = [this.#changed, this.#appended, this.#newest];
    if (changed.size + appended.size + newest.size === 0) return;
    this.#lastFlush = performance.now();
    this.#changed = new Map();
    this.#appended = new Map();
    this.#newest = new Map();
    for (const [run, columns] of appended)
      this.#emit('metrics/appended', { run, columns: joined(columns).map(thinned) });
    if (changed.size > 0) this.#emit('runs/changed', { runs: [...changed.values()] });
    for (const emit of newest.values()) emit();
  }

  #later(): void {
    if (this.#timer !== null) return;
    const pause = Math.max(togetherMs, shortestPauseMs - (performance.now() - this.#lastFlush));
    this.#timer = setTimeout(() => this.flush(), pause);
  }
}
