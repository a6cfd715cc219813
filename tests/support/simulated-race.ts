// A race without processes, on a clock of its own: the real schedule, the real clocks of runs and the real forecast, with engines whose
// true costs are given. Effects of a machine (noise, drift, hand-overs, writes) are drawn from a seed.
import { allDone, around, workLeft, type Pace, type Span } from '../../src/engine/spec/remaining.ts';
import type { Budget, RaceMode, RunSpec } from '../../src/engine/spec/run-spec.ts';
import { noTime } from '../../src/engine/spec/time-account.ts';
import { smallSpec } from '../../src/engine/verify/small-run.ts';
import { Forecast, type Seen } from '../../src/lab/timing/forecast.ts';
import * as schedule from '../../src/lab/race/scheduler.ts';
import { storedRuns } from '../../src/lab/race/starting-grid.ts';
import type { StoredRun } from '../../src/session/store.ts';
import { evaluateEvery, noise, SimulatedEngine, tokensPerStep, type Costs } from './simulated-engine.ts';

export interface SimulatedRace {
  readonly models: readonly Costs[];
  readonly seeds: number;
  readonly budget: Budget;
  readonly mode: RaceMode;
  /** Engines alive at once, and how many of them do not slow each other down. */
  readonly engines: number;
  readonly abreast: number;
  /** Seconds lost at each hand-over, and at the end of a run. */
  readonly handOver: number;
  readonly ending: number;
  /** Seconds to determine the device, in addition to the preparation of the first run. */
  readonly settling: number;
  /** Everything is paused for a minute once this share of the budgets is spent; null = never. */
  readonly pauseAt: number | null;
  readonly random: () => number;
}

export interface Told {
  /** Seconds since the start, on a clock that stops while the race is paused. */
  readonly at: number;
  readonly remaining: Span | null;
}

const chunk = 0.1;

export class SimulatedLab {
  readonly told: Told[] = [];
  readonly #race: SimulatedRace;
  readonly #runs = new Map<string, StoredRun>();
  readonly #costs = new Map<string, Costs>();
  readonly #progress = new Map<string, number>();
  readonly #remaining = new Map<string, Span | null>();
  readonly #engines = new Map<string, SimulatedEngine>();
  readonly #forecast: Forecast;
  readonly #events: { at: number; act: () => void }[] = [];
  #state: schedule.ScheduleState;
  #now = 0;
  #paused = 0;
  #ended = 0;
  #hasPaused = false;
  #first = true;

  constructor(race: SimulatedRace) {
    this.#race = race;
    this.#state = schedule.emptySchedule(race.mode, 0.5, race.engines);
    this.#forecast = new Forecast(this.#seen());
    const planned = Array.from({ length: race.seeds }, (_, seed) =>
      race.models.map((_, variant) => ({ variant, name: `m${variant}`, spec: this.#spec(variant, seed + 1) })),
    ).flat();
    for (const [i, run] of storedRuns(planned, [], []).entries()) {
      this.#runs.set(run.id, run);
      const costs = race.models[planned[i]?.variant ?? 0];
      if (costs === undefined) throw new Error('simulation: every variant must have costs');
      this.#costs.set(run.id, costs);
      this.#state = schedule.join(this.#state, run.id);
    }
  }

  /** Runs the race to its end; returns the seconds it took without the pause. */
  run(): number {
    this.#change((state) => state);
    this.#heartbeat();
    for (;;) {
      this.#events.sort((a, b) => a.at - b.at);
      const next = this.#events.shift();
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      next.act();
    }
    if (this.#state.lanes.length > 0) throw new Error('simulation: the race must end');
    return this.#ended - this.#paused;
  }

  #spec(variant: number, seed: number): RunSpec {
    return smallSpec({ fields: { d: variant + 1 }, budget: this.#race.budget, seed });
  }

  #seen(): Seen {
    const { race, runs } = { race: this.#race, runs: this.#runs };
    const of = (id: string): StoredRun => {
      const run = runs.get(id);
      if (run === undefined) throw new Error(`simulation: ${id} must be a run`);
      return run;
    };
    return {
      setup: {
        expected: (run) => this.#expected(run),
        keeper: {
          has: (id) => runs.has(id),
          run: of,
          runs: () => [...runs.values()],
          live: (id) => ({ progress: this.#progress.get(id) ?? 0 }),
          show: (id, { remaining }) => void this.#remaining.set(id, remaining),
        },
      },
      racers: { get: (id) => this.#engines.get(id) },
      course: {
        mode: race.mode,
        engines: race.engines,
        underWay: () => schedule.underWay(this.#state).map((l) => l.run),
      },
      meanwhile: () => null,
      cores: race.abreast,
      clock: () => 1000 * this.#now,
    };
  }

  #noise(by: number): number {
    return noise(this.#race.random, by);
  }

  /** Expectations of a machine that has measured such runs before. */
  #expected(run: StoredRun): Span | null {
    const costs = this.#costs.get(run.id);
    if (costs === undefined || costs.expected === null) return null;
    const step = costs.step * costs.expected;
    const evaluation = around(3 * costs.evaluation * costs.expected, 0.25 * 0.85, 1.3);
    const pace: Pace = { step: around(step, 0.85, 1.3), beside: 0, evaluation };
    return workLeft(this.#plan(run), run.cursor, pace);
  }

  #plan(run: StoredRun) {
    return { budget: run.spec.budget, tokensPerStep, evaluateEvery, patienceLeft: null };
  }

  #after(seconds: number, act: () => void): void {
    this.#events.push({ at: this.#now + seconds, act });
  }

  #change(change: (state: schedule.ScheduleState) => schedule.ScheduleState): void {
    this.#state = change(this.#state);
    this.#forecast.changed();
    for (const command of schedule.next(this.#state)) {
      this.#state = schedule.begin(this.#state, command);
      const { run } = command;
      if (command.kind === 'prepare') this.#after(this.#gap(), () => this.#prepare(run));
      else if (command.kind === 'grant') this.#after(0, () => this.#slice(run, 0));
    }
  }

  #heartbeat(): void {
    this.#forecast.show();
    this.#tell();
    if (this.#state.lanes.length > 0) this.#after(1, () => this.#heartbeat());
  }

  #gap(): number {
    return this.#race.handOver * this.#noise(0.9);
  }

  /** How much slower everything is for those that train at once. */
  get #slower(): number {
    return this.#race.mode === 'parallel' ? Math.max(1, this.#engines.size / this.#race.abreast) : 1;
  }

  #prepare(run: string): void {
    const costs = this.#costs.get(run);
    if (costs === undefined) throw new Error('simulation: every run must have costs');
    const engine = new SimulatedEngine(costs, this.#race, 1000 * this.#now);
    this.#engines.set(run, engine);
    const settling = this.#first ? this.#race.settling : 0;
    this.#first = false;
    this.#compile(run, engine, costs.preparation * this.#noise(0.3) + settling);
  }

  /** In parts, since the others slow it down only while they run. */
  #compile(run: string, engine: SimulatedEngine, left: number): void {
    const part = Math.min(0.2, left);
    if (left > 0) return this.#after(part * this.#slower, () => this.#compile(run, engine, left - part));
    engine.prepared = this.#now - engine.startedAt / 1000;
    this.#forecast.prepared(run, engine.prepared);
    this.#tell();
    this.#after(this.#gap(), () => this.#change((state) => schedule.settled(state, run, 0)));
  }

  /** A part of a slice; each part ends with a report of the engine. */
  #slice(run: string, before: number): void {
    const engine = this.#engines.get(run);
    if (engine === undefined) throw new Error('simulation: a run that trains must have an engine');
    let spent = 0;
    while (spent < chunk && !engine.over) spent += engine.take(this.#slower);
    this.#after(spent, () => {
      const seconds = before + spent;
      const over = this.#spoke(run, engine);
      if (over || seconds >= 0.5) return this.#sliced(run, seconds, over);
      this.#forecast.show();
      this.#tell();
      this.#slice(run, seconds);
    });
  }

  /** The engine's report at the end of a part; true = its budget is spent. */
  #spoke(run: string, engine: SimulatedEngine): boolean {
    const stored = this.#runs.get(run);
    if (stored === undefined) throw new Error('simulation: a run that trains must be stored');
    const { clock, step, over } = engine;
    const cursor = { ...stored.cursor, step, activeSeconds: clock.active };
    this.#progress.set(run, Math.min(1, engine.spent / this.#race.budget.amount));
    const pace = clock.pace((3 * engine.costs.evaluation) / engine.costs.step);
    engine.secondsLeft = pace === null ? null : workLeft(this.#plan(stored), cursor, pace);
    const time = {
      ...noTime,
      training: clock.active,
      evaluation: engine.evaluations,
      data: Math.max(0, clock.busy - clock.active - engine.evaluations),
      warmup: clock.warmupSeconds ?? 0,
      preparation: engine.prepared ?? 0,
    };
    const intent = over ? ('finished' as const) : ('active' as const);
    this.#runs.set(run, { ...stored, intent, cursor: { ...cursor, time }, warmupSeconds: clock.warmupSeconds });
    return over;
  }

  #sliced(run: string, seconds: number, over: boolean): void {
    this.#forecast.turned(run, seconds);
    if (over) {
      this.#ended = this.#now;
      this.#engines.delete(run);
      this.#remaining.delete(run);
      this.#forecast.show();
      this.#tell();
      this.#after(this.#race.ending * this.#noise(0.5), () => this.#change((state) => schedule.leave(state, run)));
      return;
    }
    this.#forecast.show();
    this.#tell();
    this.#after(this.#gap(), () => {
      this.#pauseOnce();
      this.#change((state) => schedule.settled(state, run, seconds));
    });
  }

  #tell(): void {
    if (schedule.underWay(this.#state).length === 0) return;
    const remaining = allDone([...this.#remaining.values()]);
    this.told.push({ at: this.#now - this.#paused, remaining });
  }

  #pauseOnce(): void {
    const { pauseAt } = this.#race;
    if (pauseAt === null || this.#hasPaused) return;
    const share = [...this.#progress.values()].reduce((sum, one) => sum + one, 0) / this.#runs.size;
    if (share < pauseAt) return;
    this.#hasPaused = true;
    const all = [...this.#state.lanes];
    this.#change((state) => all.reduce((held, { run }) => schedule.pause(held, run), state));
    this.#after(60, () => {
      this.#paused = 60;
      this.#change((state) => all.reduce((going, { run }) => schedule.resume(going, run), state));
    });
  }
}

/** The forecast when a share of the real time had passed, and the true remaining time then. */
export function saidAt(told: readonly Told[], seconds: number, share: number): { said: Span | null; real: number } {
  const found = told.findLast(({ at }) => at <= share * seconds);
  return { said: found?.remaining ?? null, real: seconds - (found?.at ?? 0) };
}
