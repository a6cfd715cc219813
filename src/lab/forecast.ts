// When the runs of a race will be done, told to the doors. What engines, earlier sessions and finished preparations have shown goes into
// engine/spec/remaining.ts, where the arithmetic is.
import {
  around,
  filledNeeds,
  finishTimes,
  plus,
  unseenPreparation,
  type Need,
  type Span,
} from '../engine/spec/remaining.ts';
import type { RunId } from '../protocol/lab.ts';
import type { Course } from './race-answers.ts';
import type { RaceSetup } from './race-setup.ts';
import type { Racers } from './racers.ts';
import type { Waits } from './waits.ts';

/** Milliseconds between two forecasts: faster changes could not be read. */
const pauseMs = 500;

export class Forecast {
  readonly #setup: RaceSetup;
  readonly #racers: Racers;
  readonly #course: Course;
  readonly #waits: Waits;
  #shownAt = -Infinity;
  #preparations = { count: 0, seconds: 0 };

  constructor(setup: RaceSetup, racers: Racers, course: Course, waits: Waits) {
    this.#setup = setup;
    this.#racers = racers;
    this.#course = course;
    this.#waits = waits;
  }

  /** The engine of a run stands now. */
  prepared(run: RunId): void {
    const racer = this.#racers.get(run);
    if (!racer) return;
    racer.prepared = (performance.now() - racer.startedAt) / 1000;
    const { count, seconds } = this.#preparations;
    this.#preparations = { count: count + 1, seconds: seconds + racer.prepared };
    this.show();
  }

  /** Works out and shows what is left of every run under way. */
  show(): void {
    const now = performance.now();
    if (now - this.#shownAt < pauseMs) return;
    this.#shownAt = now;
    const { keeper } = this.#setup;
    const runs = this.#course.underWay().filter((run) => keeper.has(run));
    const own = filledNeeds(runs.map((run) => this.#need(run)));
    const whole = own?.map((span, i) => plus(span, this.#preparation(runs[i]))) ?? [];
    const finishes = finishTimes(this.#course.mode, whole);
    for (const [i, run] of runs.entries()) {
      const lane = this.#course.lane(run);
      keeper.show(run, { remaining: finishes[i] ?? null, meanwhile: lane ? this.#waits.meanwhile(lane) : null });
    }
  }

  #need(run: RunId): Need {
    const { keeper, expected } = this.#setup;
    const left = this.#racers.get(run)?.secondsLeft ?? expected(keeper.run(run));
    return { left, progress: keeper.live(run).progress };
  }

  /** What is left of the preparation of a run. */
  #preparation(run: RunId | undefined): Span {
    const racer = run === undefined ? undefined : this.#racers.get(run);
    if (racer && racer.prepared !== null) return { low: 0, high: 0 };
    const { count, seconds } = this.#preparations;
    const usual = count === 0 ? unseenPreparation : around(seconds / count, 0.7, 1.3);
    const gone = racer ? (performance.now() - racer.startedAt) / 1000 : 0;
    return { low: Math.max(0, usual.low - gone), high: Math.max(0.1, usual.high - gone) };
  }
}
