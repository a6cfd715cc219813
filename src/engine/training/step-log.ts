// The curves of a run: what each step, each evaluation and a broken step add to them, at the step and on the clocks of the run. Points are
// handed out in columns when a tenth of a second is full: the stretch over which speed is measured, and one write for many steps. It limits
// nothing further on: evaluations, checkpoints and the end of a slice hand out what there is.
import { itemAt } from '../core/item.ts';
import type { MetricColumns, MetricKind } from '../spec/metrics.ts';
import type { MetricName } from '../spec/task-metrics.ts';
import type { Judged } from './evaluate.ts';
import { fallbackMetric, type FallbackCount } from './fallback.ts';
import type { Tested } from './final-test.ts';
import { now, type StepClock } from './timing.ts';
import type { TrainingListener } from './training-run.ts';

/** Seconds. */
const stretch = 0.1;

interface Columns {
  step: number[];
  active: number[];
  wall: number[];
  value: (number | null)[];
}

interface Moment {
  readonly step: number;
  readonly active: number;
  readonly wall: number;
}

export class MetricLog {
  readonly #send: (columns: readonly MetricColumns[]) => void;
  readonly #columns = new Map<MetricKind, Columns>();
  #sent = now();

  constructor(send: (columns: readonly MetricColumns[]) => void) {
    this.#send = send;
  }

  /** Notes one point; a value that is not finite becomes null. */
  add(metric: MetricKind, at: Moment, value: number): void {
    let columns = this.#columns.get(metric);
    if (!columns) {
      columns = { step: [], active: [], wall: [], value: [] };
      this.#columns.set(metric, columns);
    }
    columns.step.push(at.step);
    columns.active.push(at.active);
    columns.wall.push(at.wall);
    columns.value.push(Number.isFinite(value) ? value : null);
  }

  /** True when a tenth of a second has passed since the last flush. */
  get due(): boolean {
    return now() - this.#sent >= stretch;
  }

  /** Sends the collected points. */
  flush(): void {
    this.#sent = now();
    if (this.#columns.size === 0) return;
    const all = [...this.#columns].map(([metric, columns]): MetricColumns => ({ metric, ...columns }));
    this.#columns.clear();
    this.#send(all);
  }
}

interface LogParts {
  readonly listener: TrainingListener;
  readonly clock: StepClock;
  /** Steps between two points of loss, gradient norm and rate. */
  readonly every: number;
  readonly tokensPerStep: number;
}

export class StepLog {
  readonly #parts: LogParts;
  readonly #log: MetricLog;

  constructor(parts: LogParts) {
    this.#parts = parts;
    this.#log = new MetricLog((columns) => parts.listener.metrics(columns));
  }

  get due(): boolean {
    return this.#log.due;
  }

  flush(): void {
    this.#log.flush();
  }

  /** A step that was taken; speeds are told once timings are steady. Numbers, not an object: this is called at every step. */
  took(step: number, steady: boolean, loss: number, norm: number, rate: number): void {
    if (step % this.#parts.every === 0) {
      const at = this.#at(step);
      this.#log.add('train/loss', at, loss);
      this.#log.add('train/gradient-norm', at, norm);
      this.#log.add('train/learning-rate', at, rate);
    }
    if (steady && this.#log.due) this.#speed(step);
  }

  /** What else a step tells, and how many steps so far another implementation computed, this one among them or not. */
  told(step: number, names: readonly MetricName[], values: Float64Array, fallbacks: FallbackCount): void {
    if (step % this.#parts.every !== 0) return;
    const at = this.#at(step);
    for (const [i, name] of names.entries()) this.#log.add(name, at, itemAt(values, i));
    if (fallbacks.possible) this.#log.add(fallbackMetric.name, at, fallbacks.steps);
  }

  /** The test at the end of the run. */
  tested(step: number, tested: readonly Tested[]): void {
    const at = this.#at(step);
    for (const { name, value } of tested) this.#log.add(name, at, value);
  }

  judged(step: number, judged: readonly Judged[]): void {
    const at = this.#at(step);
    for (const { metric, value } of judged) this.#log.add(metric.name, at, value);
  }

  /** A step whose numbers are not finite: its loss is the last point of the curve. */
  broke(step: number, loss: number): void {
    this.#log.add('train/loss', this.#at(step), loss);
  }

  #speed(step: number): void {
    const at = this.#at(step);
    const seconds = this.#parts.clock.stretches.close() ?? NaN;
    this.#log.add('speed/steps', at, 1 / seconds);
    this.#log.add('speed/tokens', at, this.#parts.tokensPerStep / seconds);
  }

  #at(step: number): Moment {
    return { step, active: this.#parts.clock.active, wall: this.#parts.clock.wall };
  }
}
