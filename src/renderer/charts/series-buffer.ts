// One metric of one run as the renderer holds it: the window the lab sent plus what has arrived since. Bounded in size; never loses
// an extreme. Independent of Vue: the feed decides when to publish.
import { itemAt } from '../../engine/core/item.ts';
import type { RunFacts, XAxis } from '../../engine/spec/metrics.ts';
import { decimate } from './decimate.ts';
import type { Points } from './points.ts';

interface AppendedColumns {
  readonly step: readonly number[];
  readonly active: readonly number[];
  readonly wall: readonly number[];
  readonly value: readonly (number | null)[];
}

interface WindowColumns {
  readonly step: readonly number[];
  readonly x: readonly number[];
  readonly value: readonly (number | null)[];
  readonly complete: boolean;
}

/** How appended columns are read: on which axis, up to where. */
export interface AppendPlace {
  readonly axis: XAxis;
  readonly facts: Multiples | null;
  /** Right edge of a zoomed window; points beyond it are dropped. */
  readonly to?: number | null;
  readonly overlap?: boolean;
}

type Multiples = Pick<RunFacts, 'tokensPerStep' | 'samplesPerStep' | 'flopsPerToken'>;

/** Position of a point on an axis; NaN while the axis needs facts of the run that are not known yet. */
export function positionOn(axis: XAxis, facts: Multiples | null, step: number, active: number, wall: number): number {
  if (axis === 'step') return step;
  if (axis === 'active') return active;
  if (axis === 'wall') return wall;
  if (facts === null) return Number.NaN;
  if (axis === 'tokens') return step * facts.tokensPerStep;
  if (axis === 'samples') return step * facts.samplesPerStep;
  return step * facts.tokensPerStep * facts.flopsPerToken;
}

export class SeriesBuffer implements Points {
  #step: Float64Array;
  #x: Float64Array;
  #y: Float64Array;
  #length: number;
  #complete: boolean;
  readonly #limit: number;

  /** `limit` points at most; beyond it the older ones are thinned to extremes. */
  constructor(window: WindowColumns, limit: number) {
    this.#limit = Math.max(64, limit, window.step.length * 2);
    this.#step = Float64Array.from(window.step);
    this.#x = Float64Array.from(window.x);
    this.#y = Float64Array.from(window.value, (value) => value ?? Number.NaN);
    this.#length = window.step.length;
    this.#complete = window.complete;
  }

  get length(): number {
    return this.#length;
  }
  get step(): Float64Array {
    return this.#step.subarray(0, this.#length);
  }
  get x(): Float64Array {
    return this.#x.subarray(0, this.#length);
  }
  get y(): Float64Array {
    return this.#y.subarray(0, this.#length);
  }
  /** True while the buffer has every stored point of the window. */
  get complete(): boolean {
    return this.#complete;
  }

  /**
   * Adds points newer than the last one; a repeat of the last step is skipped. Returns `rewound` if the columns begin before the last step:
   * the run went back to a checkpoint, and the window must be requested again. With `overlap` older points are expected (they arrived
   * before the window) and skipped.
   */
  append(columns: AppendedColumns, at: AppendPlace): 'added' | 'nothing' | 'rewound' {
    const before = this.#length === 0 ? -Infinity : (this.#step[this.#length - 1] ?? -Infinity);
    if ((columns.step[0] ?? Infinity) < before && at.overlap !== true) return 'rewound';
    let added = false;
    for (let index = 0; index < columns.step.length; index += 1) {
      const step = itemAt(columns.step, index);
      if (step <= before) continue;
      const x = positionOn(at.axis, at.facts, step, itemAt(columns.active, index), itemAt(columns.wall, index));
      if (!Number.isFinite(x) || (at.to !== undefined && at.to !== null && x > at.to)) continue;
      this.#push(step, x, itemAt(columns.value, index) ?? Number.NaN);
      added = true;
    }
    return added ? 'added' : 'nothing';
  }

  #push(step: number, x: number, y: number): void {
    if (this.#length >= this.#limit) this.#thin();
    if (this.#length >= this.#step.length) this.#grow();
    this.#step[this.#length] = step;
    this.#x[this.#length] = x;
    this.#y[this.#length] = y;
    this.#length += 1;
  }

  #grow(): void {
    const grown = (old: Float64Array): Float64Array => {
      const next = new Float64Array(Math.max(64, old.length * 2));
      next.set(old);
      return next;
    };
    this.#step = grown(this.#step);
    this.#x = grown(this.#x);
    this.#y = grown(this.#y);
  }

  #thin(): void {
    const from = itemAt(this.#x, 0);
    const to = itemAt(this.#x, this.#length - 1);
    const kept = decimate(this.x, this.y, { from, to, columns: Math.floor(this.#limit / 10) });
    kept.forEach((source, target) => {
      this.#step[target] = itemAt(this.#step, source);
      this.#x[target] = itemAt(this.#x, source);
      this.#y[target] = itemAt(this.#y, source);
    });
    this.#length = kept.length;
    this.#complete = false;
  }
}
