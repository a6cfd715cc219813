// One point of a scaling measurement: a real run in an engine process of its own, its steps timed one by one. One process per point, so
// that peak memory belongs to that point and running out of memory affects only that point. Independent of files and front ends.
import type { AppError } from '../../engine/core/result.ts';
import { say, term } from '../../engine/core/say.ts';
import type { EnvironmentStamp } from '../../engine/spec/catalogue.ts';
import type { MemoryGrowth, MemoryReport } from '../../engine/spec/metrics.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import { quartilesOf } from '../../engine/training/timing.ts';
import type { ChosenDevice, FromEngine } from '../../protocol/engine.ts';
import { afterAwake } from '../engines/awake.ts';
import { hardwareKinds } from '../engines/device-probe.ts';
import type { EngineLink, LinkOptions } from '../engines/engine-link.ts';
import { EngineRun } from '../engines/engine-run.ts';

export interface PointRequest {
  readonly spec: RunSpec;
  readonly chosen: ChosenDevice | null;
  readonly version: string;
  readonly commit: string | null;
  readonly warmUp: number;
  /** 0 = only prepare. */
  readonly repeats: number;
  /** Time limits for compiling and for a single step, in seconds. */
  readonly longest: { readonly compile: number; readonly step: number };
}

export interface Measured {
  readonly environment: EnvironmentStamp | null;
  readonly chosen: ChosenDevice | null;
  readonly memory: MemoryReport | null;
  readonly growth: MemoryGrowth | null;
  readonly compileSeconds: number | null;
  readonly peakBytes: number | null;
  readonly loss: number | null;
  readonly steps: readonly number[];
  readonly end: 'done' | 'slow-compile' | 'slow-step' | 'stopped' | AppError;
}

type Of<T extends FromEngine['type']> = Extract<FromEngine, { readonly type: T }>;
/** Long steps are timed less often: this many are enough once they have taken this many seconds. */
const enough = { steps: 5, seconds: 3 };
/** A single step is aborted after this many times the limit, since the first one also warms up. */
const patience = 3;

export class PointRun {
  readonly #request: PointRequest;
  readonly #engine: EngineRun;
  readonly #done = Promise.withResolvers<Measured['end']>();
  readonly #steps: number[] = [];
  #ready: Of<'ready'> | null = null;
  #peak = 0;
  #growth: MemoryGrowth | null = null;
  #loss: number | null = null;
  #active = 0;
  /** Steps beyond the limit. */
  #slow = 0;
  #callOff: () => void = () => undefined;

  constructor(start: (options: LinkOptions) => EngineLink, request: PointRequest) {
    this.#request = request;
    this.#engine = new EngineRun(start, {
      ready: (message) => this.#prepared(message),
      progress: ({ peakBytes, growth }) => {
        this.#note(peakBytes);
        this.#growth = growth ?? this.#growth;
      },
      heartbeat: ({ peakBytes }) => this.#note(peakBytes),
      metrics: ({ columns }) => columns.forEach((column) => this.#noteLoss(column)),
      slice: (message) => this.#stepped(message),
      checkpoint: () => undefined,
      failed: (error) => this.#done.resolve(error),
      lost: (reason) =>
        this.#done.resolve({ code: 'engine-died', message: say`engine: the process is gone: ${reason}` }),
    });
  }

  async measure(): Promise<Measured> {
    const { spec, chosen, version, commit, longest } = this.#request;
    const devices = spec.device.kind === 'auto' && chosen === null ? await hardwareKinds() : null;
    this.#within(longest.compile, 'slow-compile');
    this.#engine.send({
      type: 'prepare',
      shows: false,
      spec,
      version,
      commit,
      exclusive: true,
      data: null,
      resume: null,
      chosen,
      devices,
    });
    const end = await this.#done.promise;
    this.#callOff();
    await this.#engine.kill();
    const ready = this.#ready;
    return {
      environment: ready?.environment ?? null,
      chosen: ready?.chosen ?? null,
      memory: ready?.facts.memory ?? null,
      growth: this.#growth,
      compileSeconds: ready?.compileSeconds ?? null,
      peakBytes: this.#peak > 0 ? this.#peak : null,
      loss: this.#loss,
      steps: this.#steps,
      end,
    };
  }

  stop(): void {
    this.#done.resolve('stopped');
  }

  #prepared(message: Of<'ready'>): void {
    this.#ready = message;
    if (this.#request.repeats === 0) this.#done.resolve('done');
    else this.#oneStep();
  }

  #oneStep(): void {
    this.#within(patience * this.#request.longest.step, 'slow-step');
    this.#engine.send({ type: 'grant', seconds: 3600, steps: 1 });
  }

  /** The run's clock counts only steady steps, including reading the result back; its increase is the time of the step. */
  #stepped({ cursor, outcome, problem }: Of<'slice'>): void {
    if (outcome !== 'slice')
      return this.#done.resolve(
        problem ?? { code: 'diverged', message: say`scaling: the run ended (${term(outcome)})` },
      );
    const seconds = cursor.activeSeconds - this.#active;
    this.#active = cursor.activeSeconds;
    if (seconds > 0 && cursor.step > this.#request.warmUp) this.#steps.push(seconds);
    // One step may be slow because something else ran on the machine.
    if (seconds > this.#request.longest.step && ++this.#slow > 1) return this.#done.resolve('slow-step');
    if (this.#enough()) this.#done.resolve('done');
    else this.#oneStep();
  }

  #enough(): boolean {
    const taken = this.#steps.reduce((sum, one) => sum + one, 0);
    const count = this.#steps.length;
    return count >= this.#request.repeats || (count >= enough.steps && taken >= enough.seconds);
  }

  /** At a step that every point reaches, whatever its warm-up took, where implementations of one model are compared. */
  #noteLoss({ metric, step, value }: Of<'metrics'>['columns'][number]): void {
    if (metric !== 'train/loss') return;
    const { warmUp, repeats } = this.#request;
    const at = step.indexOf(warmUp + Math.min(repeats, enough.steps));
    if (at >= 0) this.#loss = value[at] ?? null;
  }

  #note(peakBytes: number): void {
    this.#peak = Math.max(this.#peak, peakBytes);
  }

  #within(seconds: number, end: 'slow-compile' | 'slow-step'): void {
    this.#callOff();
    this.#callOff = afterAwake(seconds * 1000, () => this.#done.resolve(end));
  }
}

/** Median and quartiles of the timed steps; null without any. */
export const stepQuartiles = (steps: readonly number[]): { median: number; q1: number; q3: number } | null =>
  steps.length === 0 ? null : quartilesOf(Float64Array.from(steps));
