// When the runs of a race will be done, sent to the front ends. Passes measurements of engines, earlier sessions and finished preparations
// to engine/spec/remaining.ts, which has the arithmetic.
import {
  around,
  exactly,
  filledNeeds,
  finishTimes,
  middle,
  plus,
  times,
  unseenPreparation,
  type Need,
  type Room,
  type Span,
} from '../../engine/spec/remaining.ts';
import type { RaceMode } from '../../engine/spec/run-spec.ts';
import { workedIn } from '../../engine/spec/time-account.ts';
import type { RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import { Alike, likeness, type Shown } from '../runs/alike.ts';
import { HandOvers } from './hand-overs.ts';
import type { RaceSetup } from '../race/race-setup.ts';
import type { Racer } from '../race/racers.ts';
import type { LiveRun } from '../runs/run-states.ts';
import type { Meanwhile } from './waits.ts';

/** Milliseconds between two forecasts: faster changes could not be read. */
const pauseMs = 500;

type Beginning = Pick<Racer, 'secondsLeft' | 'prepared' | 'startedAt'>;

/** Inputs of a forecast. */
export interface Seen {
  readonly setup: Pick<RaceSetup, 'expected'> & {
    readonly keeper: {
      has(run: RunId): boolean;
      run(run: RunId): StoredRun;
      runs(): readonly StoredRun[];
      live(run: RunId): Pick<LiveRun, 'progress'>;
      show(run: RunId, live: Pick<LiveRun, 'remaining' | 'meanwhile'>): void;
    };
  };
  readonly racers: { get(run: RunId): Beginning | undefined };
  readonly course: { readonly mode: RaceMode; readonly engines: number; underWay(): readonly RunId[] };
  readonly meanwhile: (run: RunId) => Meanwhile | null;
  /** Of the machine. */
  readonly cores: number;
  /** Milliseconds; only goes forward. */
  readonly clock: () => number;
}

export class Forecast {
  readonly #seen: Seen;
  readonly #handOvers: HandOvers;
  #shownAt = -Infinity;
  /** Seconds that preparing took, in the order of the runs. */
  readonly #preparations: number[] = [];
  /** For the first run of each kind: logarithm of the measured over the expected time. */
  readonly #paces = new Map<string, { readonly run: RunId; readonly over: number }>();

  constructor(seen: Seen) {
    this.#seen = seen;
    this.#handOvers = new HandOvers(seen.clock);
  }

  /** The schedule has changed. */
  changed(): void {
    const runs = this.#seen.course.underWay();
    this.#handOvers.keep(new Set(runs.map((run) => this.#line(run))));
  }

  /** The engine of a run was ready after this many seconds. */
  prepared(run: RunId, seconds: number): void {
    this.#preparations.push(seconds);
    this.turned(run, seconds);
    this.show();
  }

  /** A run returned the baton after this many seconds of work; null = work outside its budget. */
  turned(run: RunId, seconds: number | null): void {
    if (seconds === null) this.#handOvers.from(this.#line(run));
    else this.#handOvers.turn(this.#line(run), seconds);
  }

  /** In parallel each run has its own turns; otherwise there is one baton. */
  #line(run: RunId): string {
    return this.#seen.course.mode === 'parallel' ? run : 'baton';
  }

  /** Computes and shows the remaining time of every run under way. */
  show(): void {
    const { clock, setup, course, meanwhile } = this.#seen;
    const now = clock();
    if (now - this.#shownAt < pauseMs) return;
    this.#shownAt = now;
    const { keeper } = setup;
    const runs = course.underWay().filter((run) => keeper.has(run));
    const own = filledNeeds(this.#needs(runs)) ?? [];
    const room = this.#room(runs);
    const usual = plus(usualPreparation(this.#preparations, crowdOf(course, room)), exactly(this.#warmup()));
    const whole = own.map((span, i) => plus(span, this.#beginning(runs[i], usual)));
    const finishes = finishTimes(course.mode, whole, room);
    const { stretch } = this.#handOvers;
    for (const [i, run] of runs.entries()) {
      const finish = finishes[i];
      keeper.show(run, { remaining: finish ? times(finish, stretch) : null, meanwhile: meanwhile(run) });
    }
  }

  /** From the run's own measurements, else from similar runs, else from earlier measurements on this machine scaled to its current speed. */
  #needs(runs: readonly RunId[]): readonly Need[] {
    const { keeper } = this.#seen.setup;
    const alike = new Alike(keeper.runs().flatMap((run) => this.#shown(run)));
    const today = this.#today(runs);
    return runs.map((run) => {
      const stored = keeper.run(run);
      const { progress } = keeper.live(run);
      const left = this.#seen.racers.get(run)?.secondsLeft ?? alike.left(stored.spec, progress);
      return { left: left ?? this.#expected(stored, today), progress };
    });
  }

  #expected(run: StoredRun, today: number): Span | null {
    const before = this.#seen.setup.expected(run);
    return before === null ? null : times(before, today);
  }

  /** How much longer the measured runs take than expected; assumed to hold for the others. */
  #today(runs: readonly RunId[]): number {
    const { setup, racers } = this.#seen;
    for (const run of runs) {
      const left = racers.get(run)?.secondsLeft ?? null;
      const stored = setup.keeper.run(run);
      const key = likeness(stored.spec);
      // Expectations are updated by the first run of each kind, so only that run shows the original error.
      if (left === null || (this.#paces.get(key)?.run ?? run) !== run) continue;
      const before = setup.expected(stored);
      if (before === null || middle(before) <= 0 || middle(left) <= 0) continue;
      this.#paces.set(key, { run, over: Math.log(middle(left) / middle(before)) });
    }
    const all = [...this.#paces.values()];
    return Math.exp(all.reduce((sum, { over }) => sum + over, 0) / Math.max(1, all.length));
  }

  /** Measured seconds of a run without its start-up: from its pace while running, from its account when finished. */
  #shown({ id, spec, intent, cursor: { time } }: StoredRun): readonly Shown[] {
    const left = this.#seen.racers.get(id)?.secondsLeft ?? null;
    const { progress } = this.#seen.setup.keeper.live(id);
    if (left !== null && progress < 0.9) {
      const rest = 1 - progress;
      return [{ spec, whole: { low: left.low / rest, high: left.high / rest } }];
    }
    if (intent !== 'finished' || time === undefined) return [];
    return [{ spec, whole: exactly(workedIn(time) - time.preparation - time.warmup) }];
  }

  /** Remaining seconds of a run's start-up, preparation and warm-up, given their usual duration. */
  #beginning(run: RunId | undefined, usual: Span): Span {
    const racer = run === undefined ? undefined : this.#seen.racers.get(run);
    if (!racer) return usual;
    if (racer.secondsLeft !== null) return exactly(0);
    if (racer.prepared !== null) return exactly(this.#warmup());
    const gone = (this.#seen.clock() - racer.startedAt) / 1000;
    return { low: Math.max(0, usual.low - gone), high: Math.max(0.1, usual.high - gone) };
  }

  /** Average warm-up time. */
  #warmup(): number {
    const seen = this.#seen.setup.keeper.runs().flatMap(({ warmupSeconds }) => warmupSeconds ?? []);
    return seen.reduce((sum, one) => sum + one, 0) / Math.max(1, seen.length);
  }

  #room(runs: readonly RunId[]): Room {
    const { setup, course, cores } = this.#seen;
    const threads = runs.map((run) => {
      const { environment, spec } = setup.keeper.run(run);
      return environment?.threads ?? spec.device.threads;
    });
    // 0 = as many as there are cores.
    const most = Math.max(...threads.map((count) => (count === 0 ? cores : count)), 1);
    return { engines: course.engines, abreast: Math.max(1, cores / most) };
  }
}

/** How much slower engines may be while several are alive. */
const crowdOf = (course: Seen['course'], { abreast }: Room): number =>
  course.mode === 'parallel' ? Math.max(1, Math.min(course.engines, course.underWay().length) / abreast) : 1;

/** The first run of a race also chooses the device for all, so the others prepare at most as long. */
function usualPreparation([first, ...others]: readonly number[], crowd: number): Span {
  if (first === undefined) return unseenPreparation;
  if (others.length === 0) return around(first, 0.2, crowd);
  const doubt = Math.max(0.2, 1 / (1 + others.length));
  return around(others.reduce((sum, seconds) => sum + seconds, 0) / others.length, 1 - doubt, 1 + doubt);
}
