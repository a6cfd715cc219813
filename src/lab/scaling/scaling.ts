// The scaling measurement under way: goes along the axis and measures all series at each size, so that drift of the machine affects them
// equally; skips points that the smaller ones rule out; measures a disturbed point again; reports to every front end and keeps the result.
// Independent of charts.
import { freemem } from 'node:os';
import { AppFailure } from '../../engine/core/result.ts';
import { say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import type { PlannedRun, RunSpec } from '../../engine/spec/run-spec.ts';
import type { ScalingPoint, ScalingResult, ScalingSpec } from '../../engine/spec/scaling.ts';
import { isDisturbed, sizesBetween } from '../../engine/spec/scaling-analysis.ts';
import type { ChosenDevice } from '../../protocol/engine.ts';
import { probeDevices } from '../engines/device-probe.ts';
import type { EngineLink, LinkOptions } from '../engines/engine-link.ts';
import { refusal, type Judged } from '../experiments/experiments.ts';
import { longest as longestOfAll, type Longest } from './forecast.ts';
import { forecastTooLarge, planTooLarge, tooSlow } from './left-out.ts';
import { PointRun, type Measured, type PointRequest } from './measure-point.ts';
import { calmer, outcomeOf } from './outcome.ts';
import { experimentAt, problemOf } from './spec.ts';
import { newId, type ScalingStore } from './store.ts';

export interface ScalingSetup {
  readonly store: ScalingStore;
  readonly judge: (experiment: unknown) => Promise<Judged>;
  readonly startEngine: (options: LinkOptions) => EngineLink;
  readonly version: string;
  readonly commit: string | null;
  /** Whether runs are using the machine. */
  readonly busy: () => boolean;
  /** Throws while anything else wants the machine for itself. */
  readonly needFree: (who: Part) => void;
  readonly changed: (result: ScalingResult) => void;
  readonly failed: (error: unknown) => void;
  /** Limits of what is worth timing; defaults when absent. */
  readonly longest?: Longest;
}

/** A loop's graph has nodes for every time step: longer ones are not planned in the lab's own process. */
const longestLoop = 256;

type Blank = Omit<ScalingPoint, 'outcome'>;

export class Scaling {
  readonly #setup: ScalingSetup;
  readonly #longest: Longest;
  #result: ScalingResult | null = null;
  #loaded = false;
  #stopping = false;
  #point: PointRun | null = null;
  #work: Promise<void> = Promise.resolve();
  #chosen: ChosenDevice | null = null;
  #startedAt = 0;

  constructor(setup: ScalingSetup) {
    this.#setup = setup;
    this.#longest = setup.longest ?? longestOfAll;
  }

  get running(): boolean {
    return this.#result?.state === 'running';
  }

  /** Refuses other work on the machine while steps are timed. */
  needIdle(who: Part): void {
    if (!this.running) return;
    throw new AppFailure({
      code: 'conflict',
      message: say`${term(who)}: the machine must be free, got a scaling measurement under way`,
      cure: say`Wait until it has finished or stop it on the Scaling screen.`,
    });
  }

  async latest(): Promise<ScalingResult | null> {
    if (!this.#loaded && this.#result === null) {
      const stored = await this.#setup.store.latest();
      this.#result ??= stored;
      this.#loaded = true;
    }
    return this.#result;
  }

  /** Refuses bad specs and a busy machine; otherwise answers at once and measures. */
  async start(spec: ScalingSpec): Promise<ScalingResult> {
    this.#needMachine();
    await this.#check(spec);
    await probeDevices();
    this.#needMachine();
    const started = new Date();
    this.#startedAt = performance.now();
    this.#stopping = false;
    this.#chosen = null;
    const planned = sizesBetween(spec.from, spec.to).length * spec.series.length;
    const result: ScalingResult = {
      id: newId(started),
      spec,
      state: 'running',
      started: started.toISOString(),
      seconds: 0,
      planned,
      points: [],
      environment: null,
      memoryFree: freemem(),
    };
    this.#tell(this.#timed(result));
    this.#work = this.#measureAll(spec).catch((error: unknown) => this.#broken(error));
    return result;
  }

  /** Ends the point under way; what was measured stays. */
  async stop(): Promise<ScalingResult | null> {
    if (!this.running) return this.latest();
    this.#stopping = true;
    this.#point?.stop();
    await this.#work;
    return this.#result;
  }

  /** Resolves when nothing is measured any more. */
  done(): Promise<void> {
    return this.#work;
  }

  #needMachine(): void {
    this.needIdle('scaling');
    this.#setup.needFree('scaling');
    if (!this.#setup.busy()) return;
    throw new AppFailure({
      code: 'conflict',
      message: say`scaling: the machine must be free, got runs that are training`,
      cure: say`Pause the runs, or wait until they have finished.`,
    });
  }

  async #check(spec: ScalingSpec): Promise<void> {
    const problem = problemOf(spec);
    if (problem !== null) throw new AppFailure({ code: 'bad-input', ...problem });
    for (const [i, series] of spec.series.entries()) {
      const { issues } = await this.#setup.judge(experimentAt(spec, series, spec.from));
      const errors = issues.filter((issue) => issue.severity === 'error');
      const within = errors.map(({ field, ...issue }) => ({
        ...issue,
        field: field.startsWith('variants') ? `series[${i}]` : field,
      }));
      if (errors.length > 0) throw refusal('scaling', within);
    }
  }

  async #measureAll(spec: ScalingSpec): Promise<void> {
    await this.#settleDevice(spec);
    for (const at of sizesBetween(spec.from, spec.to)) {
      for (const series of spec.series.keys()) {
        if (this.#stopping) break;
        const point = await this.#measure(spec, series, at);
        if (point !== null) this.#add(point);
      }
    }
    await this.#finish(this.#stopping ? 'stopped' : 'finished');
  }

  /** `auto` is settled once, for the largest point of the first series that is no loop: all lines of the chart use one device. */
  async #settleDevice(spec: ScalingSpec): Promise<void> {
    const series = spec.series.find((one) => one.implementation !== 'loop');
    if (spec.device.kind !== 'auto' || series === undefined) return;
    const planned = await this.#plan(spec, spec.series.indexOf(series), spec.to);
    if (planned === null || (await planTooLarge(planned.spec)) !== null) return;
    const measured = await this.#run({ ...this.#request(spec, planned.spec), repeats: 0 });
    this.#chosen = measured.chosen;
  }

  async #plan(spec: ScalingSpec, series: number, at: number): Promise<PlannedRun | null> {
    const line = spec.series[series];
    if (line === undefined) return null;
    return (await this.#setup.judge(experimentAt(spec, line, at))).runs[0] ?? null;
  }

  async #measure(spec: ScalingSpec, series: number, at: number): Promise<ScalingPoint | null> {
    const blank = { series, at, reason: null, stepSeconds: null, compileSeconds: null, memory: null };
    const point = { ...blank, peakBytes: null, loss: null };
    const planned = await this.#plan(spec, series, at);
    if (planned === null) return { ...point, outcome: 'failed', reason: say`no run of this shape is possible` };
    const loop = planned.spec.model.implementation === 'loop';
    const before = (this.#result?.points ?? []).filter((one) => one.series === series);
    const left =
      tooSlow(before, at, loop, this.#longest) ??
      (loop && at > longestLoop ? forecastTooLarge(before, at) : await planTooLarge(planned.spec));
    if (left !== null) return { ...point, ...left };
    const once = await this.#runPoint(point, this.#request(spec, planned.spec));
    // Measured again regardless of the result: only the point's own quartiles matter.
    if (once === null || !isDisturbed(once) || this.#stopping) return once;
    return calmer(once, await this.#runPoint(point, this.#request(spec, planned.spec)));
  }

  /** Null when it was stopped. */
  async #runPoint(blank: Blank, request: PointRequest): Promise<ScalingPoint | null> {
    const measured = await this.#run(request);
    if (measured.end === 'stopped') return null;
    if (this.#result !== null)
      this.#result = { ...this.#result, environment: this.#result.environment ?? measured.environment };
    const { compileSeconds, memory, growth, peakBytes } = measured;
    const known = { ...blank, compileSeconds, memory, ...(growth === null ? {} : { growth }), peakBytes };
    return { ...known, ...outcomeOf(measured, this.#longest) };
  }

  #request(spec: ScalingSpec, run: RunSpec): PointRequest {
    const { version, commit } = this.#setup;
    const { warmUp, repeats } = spec;
    return { spec: run, chosen: this.#chosen, version, commit, warmUp, repeats, longest: this.#longest };
  }

  async #run(request: PointRequest): Promise<Measured> {
    this.#point = new PointRun(this.#setup.startEngine, request);
    if (this.#stopping) this.#point.stop();
    const measured = await this.#point.measure();
    this.#point = null;
    return measured;
  }

  #add(point: ScalingPoint): void {
    if (this.#result === null) return;
    this.#tell(this.#timed({ ...this.#result, points: [...this.#result.points, point] }));
    void this.#setup.store.write(this.#result).catch(this.#setup.failed);
  }

  async #finish(state: 'finished' | 'stopped'): Promise<void> {
    if (this.#result === null) return;
    // Written before it is reported, so that a restart shows the same as the screen.
    const result = this.#timed({ ...this.#result, state });
    await this.#setup.store.write(result).catch(this.#setup.failed);
    this.#tell(result);
  }

  async #broken(error: unknown): Promise<void> {
    this.#setup.failed(error);
    await this.#finish('stopped');
  }

  #timed(result: ScalingResult): ScalingResult {
    return { ...result, seconds: (performance.now() - this.#startedAt) / 1000 };
  }

  #tell(result: ScalingResult): void {
    this.#result = result;
    this.#setup.changed(result);
  }
}
