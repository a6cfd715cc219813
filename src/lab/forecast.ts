// When the runs of a race will be done, told to the doors. What engines, earlier sessions and finished preparations have shown goes into
// engine/spec/remaining.ts, where the arithmetic is.
import {
  around,
  exactly,
  filledNeeds,
  finishTimes,
  plus,
  unseenPreparation,
  type Need,
  type Span,
} from '../engine/spec/remaining.ts';
import { workedIn } from '../engine/spec/time-account.ts';
import type { RunId } from '../protocol/state.ts';
import type { StoredRun } from '../session/store.ts';
import { Alike, type Shown } from './alike.ts';
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
  /** Seconds that preparing took, in the order of the runs. */
  readonly #preparations: number[] = [];

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
    this.#preparations.push(racer.prepared);
    this.show();
  }

  /** Works out and shows what is left of every run under way. */
  show(): void {
    const now = performance.now();
    if (now - this.#shownAt < pauseMs) return;
    this.#shownAt = now;
    const { keeper } = this.#setup;
    const runs = this.#course.underWay().filter((run) => keeper.has(run));
    const alike = new Alike(keeper.runs().flatMap((run) => this.#shown(run)));
    const own = filledNeeds(runs.map((run) => this.#need(run, alike)));
    const whole = own?.map((span, i) => plus(span, this.#preparation(runs[i]))) ?? [];
    const finishes = finishTimes(this.#course.mode, whole);
    for (const [i, run] of runs.entries()) {
      const lane = this.#course.lane(run);
      keeper.show(run, { remaining: finishes[i] ?? null, meanwhile: lane ? this.#waits.meanwhile(lane) : null });
    }
  }

  /** By what the run itself shows, else by runs like it, else by what this machine has shown before. */
  #need(run: RunId, alike: Alike): Need {
    const { keeper, expected } = this.#setup;
    const stored = keeper.run(run);
    const { progress } = keeper.live(run);
    const left = this.#racers.get(run)?.secondsLeft ?? alike.left(stored.spec, progress) ?? expected(stored);
    return { left, progress };
  }

  /** What a run has shown of all the seconds it takes: one under way by its pace, a finished one by its account. */
  #shown({ id, spec, intent, warmupSeconds, cursor: { time } }: StoredRun): readonly Shown[] {
    const left = this.#racers.get(id)?.secondsLeft ?? null;
    const { progress } = this.#setup.keeper.live(id);
    if (left !== null && progress < 0.9) {
      const rest = 1 - progress;
      return [{ spec, whole: { low: left.low / rest, high: left.high / rest } }];
    }
    if (intent !== 'finished' || time === undefined) return [];
    return [{ spec, whole: exactly(workedIn(time) - time.preparation + (time.warmup > 0 ? 0 : (warmupSeconds ?? 0))) }];
  }

  /** What is left of the preparation of a run. */
  #preparation(run: RunId | undefined): Span {
    const racer = run === undefined ? undefined : this.#racers.get(run);
    if (racer && racer.prepared !== null) return { low: 0, high: 0 };
    const usual = usualPreparation(this.#preparations);
    const gone = racer ? (performance.now() - racer.startedAt) / 1000 : 0;
    return { low: Math.max(0, usual.low - gone), high: Math.max(0.1, usual.high - gone) };
  }
}

/** The first run of a race also settles the device for all, so that its preparation is the longest the others may take. */
function usualPreparation([first, ...others]: readonly number[]): Span {
  if (first === undefined) return unseenPreparation;
  if (others.length === 0) return around(first, 0.2, 1);
  return around(others.reduce((sum, seconds) => sum + seconds, 0) / others.length, 0.8, 1.2);
}
