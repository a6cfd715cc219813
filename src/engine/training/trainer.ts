// Trains a prepared run in slices: draws data, steps, evaluates, keeps the best, notices divergence. Names no model and no task.
import type { AppError, Result } from '../core/result.ts';
import type { Executable } from '../device/device.ts';
import { Rates } from '../optim/rates.ts';
import type { MemoryGrowth, RunFacts } from '../spec/metrics.ts';
import type { Span } from '../spec/remaining.ts';
import { noTime } from '../spec/time-account.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';
import { BestSoFar } from './best.ts';
import { Breath } from './breathe.ts';
import { stepsAhead } from './ahead.ts';
import { shareOf } from './budget.ts';
import { brokenTensor, loadWeights, saveRun } from './checkpoint.ts';
import { brokenAfter, describeFailed } from './divergence.ts';
import { Evaluator } from './evaluate.ts';
import { FallbackCount } from './fallback.ts';
import { FinalTest } from './final-test.ts';
import { secondsLeft } from './outlook.ts';
import type { Written } from './reader.ts';
import type { SampleOptions } from './sampling.ts';
import { scheduleOf } from './setup.ts';
import { Showing } from './showing.ts';
import { StepLog } from './step-log.ts';
import { TimeLedger } from './time-ledger.ts';
import { now, StepClock, type Quartiles } from './timing.ts';
import type { SliceLimits, SliceResult, TrainingRun } from './training-run.ts';
import type { TrainerParts } from './trainer-parts.ts';
import { Updates } from './updates.ts';

export class Trainer implements TrainingRun {
  readonly facts: RunFacts;
  readonly compileSeconds: number;
  readonly device: string;
  readonly module: string;
  readonly threads: number;
  readonly #parts: TrainerParts;
  readonly #executable: Executable;
  readonly #steps: Updates;
  readonly #evaluator: Evaluator;
  readonly #clock: StepClock;
  readonly #log: StepLog;
  readonly #time: TimeLedger;
  readonly #breath = new Breath();
  readonly #showing: Showing;
  readonly #test: FinalTest;
  readonly #rates: Rates;
  readonly #best: BestSoFar;
  readonly #fallbacks: FallbackCount;
  #step: number;
  #updates: number;
  #growth: MemoryGrowth | null = null;
  /** Seconds of work since the last checkpoint that was due, warm-up included: the first steps may take minutes. */
  #unsaved = 0;

  constructor(parts: TrainerParts) {
    const { setup, executable, cursor, program, listener } = parts;
    this.#parts = parts;
    this.facts = parts.facts;
    this.compileSeconds = parts.compileSeconds;
    this.#executable = executable;
    ({ kind: this.device, module: this.module, threads: this.threads } = executable.device);
    this.#steps = new Updates(setup, program, executable);
    this.#evaluator = new Evaluator(setup, executable);
    this.#showing = new Showing(parts);
    this.#test = new FinalTest({ ...parts, evaluator: this.#evaluator });
    this.#clock = new StepClock(cursor.activeSeconds, cursor.wallSeconds);
    const { tokensPerStep } = parts.facts;
    const every = setup.training.logEvery;
    this.#log = new StepLog({ listener, clock: this.#clock, every, tokensPerStep });
    this.#time = parts.time ?? new TimeLedger(noTime, now());
    this.#time.enter('waiting');
    this.#rates = new Rates(scheduleOf(setup, tokensPerStep), cursor, this.#steps.most);
    this.#best = new BestSoFar(cursor);
    this.#fallbacks = new FallbackCount(setup, cursor);
    this.#step = cursor.step;
    this.#updates = parts.updates;
  }

  get signs(): TrainingRun['signs'] {
    const { signs } = this.#executable;
    return { steps: [this.#breath.taken], ops: signs === undefined ? [] : [signs] };
  }

  cursor(): TrainingCursor {
    return {
      step: this.#step,
      activeSeconds: this.#clock.active,
      wallSeconds: this.#clock.wall,
      ...this.#best.saved(),
      ...this.#rates.saved(),
      ...this.#fallbacks.saved(),
      ...(this.#parts.time === null ? {} : { time: this.#time.read(this.#clock.stretches.disturbed) }),
    };
  }

  stepSeconds(): Quartiles | null {
    return this.#clock.quartiles();
  }

  warmupSeconds(): number | null {
    return this.#clock.warmupSeconds;
  }

  secondsLeft(): Span | null {
    return secondsLeft({ ...this.#parts, clock: this.#clock, at: this.cursor(), sinceBest: this.#best.since });
  }

  growth(): MemoryGrowth | null {
    return this.#growth;
  }

  progress(): number {
    return Math.min(1, this.#share());
  }

  learningRate(): number {
    return this.#rates.at(this.#step, this.#share());
  }

  setLearningRate(value: number): void {
    this.#rates.set(value, this.#step);
  }

  async slice(limits: SliceLimits, stop: () => boolean): Promise<SliceResult> {
    const started = now();
    this.#clock.start();
    this.#time.enter('data');
    const result = this.#share() >= 1 ? finished : await this.#train(limits, stop, started);
    this.#growth = this.#executable.grown();
    this.#log.flush();
    this.#time.enter('waiting');
    return result;
  }

  async #train(limits: SliceLimits, stop: () => boolean, started: number): Promise<SliceResult> {
    if (this.#step === 0 && this.#best.none && this.#parts.setup.training.evaluateAtStart) {
      const before = now();
      await this.#evaluate();
      await this.#show(false);
      this.#clock.evaluated(now() - before, false);
    }
    const until = { step: this.#step + (limits.steps ?? Infinity), seconds: started + limits.seconds };
    for (;;) {
      const before = now();
      const steady = this.#clock.warmupSeconds !== null;
      const problem = await this.#trainSteps(this.#stepsAhead(until));
      if (problem !== null) return { outcome: 'diverged', problem };
      const end = await this.#afterStep(before);
      const spent = now() - before;
      this.#unsaved += spent;
      if (steady) this.#clock.busy += spent;
      if (end !== null) return end;
      if (this.#log.due) this.#log.flush();
      await this.#breath.take();
      if (now() >= until.seconds || this.#step >= until.step || stop()) return { outcome: 'slice', problem: null };
    }
  }

  #stepsAhead(until: { readonly step: number; readonly seconds: number }): number {
    const median = this.#clock.recent(20);
    // After a step that had to be repeated the next one may have to be as well, and those submitted after it would be for nothing.
    if (this.#steps.most === 1 || median === null || this.#fallbacks.at(this.#step)) return 1;
    return stepsAhead({ ...this.#parts, at: this.#spent(0), until, median, most: this.#steps.most });
  }

  /** Evaluation and checkpoints that are due; the run's end, if this was it. */
  async #afterStep(begun: number): Promise<SliceResult | null> {
    const { training } = this.#parts.setup;
    const over = this.#share() >= 1;
    const before = now();
    if (over || this.#step % training.evaluateEvery === 0) await this.#evaluate();
    const judged = this.#best.judged(this.#step);
    const early = training.patience > 0 && this.#best.since >= training.patience && judged;
    if (judged) {
      await this.#show(over || early);
      this.#clock.evaluated(now() - before, this.#clock.steps > 0);
    }
    const due = this.#unsaved + now() - begun >= training.checkpointEvery;
    if (over || early)
      this.#log.tested(
        this.#step,
        await this.#time.during('evaluation', () => this.#test.run(() => this.#breath.take())),
      );
    if (over || early || due) {
      this.#unsaved = begun - now();
      const problem = await this.#emitCheckpoint('latest');
      if (problem !== null) return { outcome: 'diverged', problem };
    }
    if (early && !over) return { outcome: 'early-stop', problem: null };
    return over ? finished : null;
  }

  /** Does some updates. If a number is not finite, returns the problem and leaves weights and step as they were before the first failed update. */
  async #trainSteps(count: number): Promise<AppError | null> {
    const rates = this.#rates.ahead(this.#step, count, (steps) => this.#share(steps));
    let left = await this.#steps.take(rates, { step: this.#step, updates: this.#updates });
    for (const [i, rate] of rates.entries()) {
      const seconds = left / (count - i);
      if (!this.#steps.isFinite(i)) return this.#otherwise(i, rate, left);
      this.#took(i, seconds, rate, this.#steps.tellings(i));
      left -= seconds;
    }
    return null;
  }

  /** Does the failed update by the implementation that always gives numbers; those submitted after it have changed nothing. `spent` seconds on them all. */
  async #otherwise(index: number, rate: number, spent: number): Promise<AppError | null> {
    const [loss, norm] = [this.#steps.loss(index), this.#steps.norm(index)];
    const told = Float64Array.from(this.#steps.tellings(index));
    const seconds = await this.#steps.repeat(rate, { step: this.#step, updates: this.#updates });
    if (seconds === null) return this.#diverged(loss, norm);
    if (!this.#steps.isFinite(0)) return this.#diverged(this.#steps.loss(0), this.#steps.norm(0));
    this.#fallbacks.took('step', this.#step + 1);
    this.#took(0, spent + seconds, rate, told);
    return null;
  }

  #took(index: number, seconds: number, rate: number, told: Float64Array): void {
    const steady = this.#clock.step(seconds);
    this.#time.move(seconds, steady ? 'training' : 'warmup');
    this.#step++;
    this.#updates++;
    this.#log.took(this.#step, steady, this.#steps.loss(index), this.#steps.norm(index), rate);
    this.#log.told(this.#step, this.#steps.told, told, this.#fallbacks);
  }

  #diverged(loss: number, norm: number): Promise<AppError> {
    this.#log.broke(this.#step + 1, loss);
    return describeFailed(this.#parts, this.#steps, { step: this.#step, loss, norm });
  }

  async #evaluate(): Promise<void> {
    if (this.#best.judged(this.#step)) return;
    const judged = await this.#time.during('evaluation', () =>
      this.#evaluator.evaluate(
        () => this.#breath.take(),
        this.#parts.setup.task,
        () => this.#fallbacks.took('evaluation', this.#step),
      ),
    );
    this.#log.judged(this.#step, judged);
    if (this.#best.take(this.#step, judged)) await this.#emitCheckpoint('best');
  }

  /** Text and answers by the weights of the evaluation just made. */
  #show(atEnd: boolean): Promise<void> {
    const at = { step: this.#step, trained: this.#clock.busy, atEnd };
    return this.#time.during('evaluation', () => this.#showing.at(at, () => this.#breath.take()));
  }

  /** Never returns a checkpoint with non-finite numbers: the last good one is kept. */
  #emitCheckpoint(kind: 'latest' | 'best'): Promise<AppError | null> {
    return this.#time.during('checkpoint', async () => {
      const bytes = await this.save();
      const broken = brokenTensor(bytes);
      if (broken !== null) return brokenAfter(this.#step, broken);
      // A run that continues from here does not repeat these steps: their points must be out before.
      this.#log.flush();
      if (kind === 'best') this.#test.keep(bytes);
      this.#parts.listener.checkpoint(kind, this.cursor(), bytes);
      return null;
    });
  }

  save(): Promise<Uint8Array> {
    const { program } = this.#parts;
    return this.#time.during('checkpoint', () => saveRun(this.#executable, program, this.cursor(), this.#updates));
  }

  loadWeights(bytes: Uint8Array): Promise<Result<null>> {
    const loaded = loadWeights(this.#executable, this.#parts.program, bytes);
    if (loaded.ok) {
      this.#updates = 0;
      this.#best.forget();
      this.#test.keep(null);
    }
    return Promise.resolve(loaded);
  }

  sample(options: SampleOptions, checkpoint: Uint8Array | null): Promise<Result<Written>> {
    return this.#time.during('evaluation', () => this.#showing.write(options, checkpoint, () => this.#breath.take()));
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#showing.dispose(), this.#executable.dispose()]);
  }

  #spent(steps: number): { readonly step: number; readonly activeSeconds: number } {
    return { step: this.#step + steps, activeSeconds: this.#clock.active };
  }

  /** Share of the budget after `steps` more. */
  #share(steps = 0): number {
    return shareOf(this.#parts.setup.spec.budget, this.facts.tokensPerStep, this.#spent(steps));
  }
}

const finished: SliceResult = { outcome: 'finished', problem: null };
