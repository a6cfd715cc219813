// Collects points of metrics and hands them out in columns when a tenth of a second is full: the stretch over which speed is measured, and one
// write for many steps. It limits nothing further on: evaluations, checkpoints and the end of a slice hand out what there is.
import type { MetricColumns, MetricKind } from '../spec/metrics.ts';
import { now } from './timing.ts';

/** Seconds. */
const stretch = 0.1;

interface Columns {
  step: number[];
  active: number[];
  wall: number[];
  value: (number | null)[];
}

export interface Moment {
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
