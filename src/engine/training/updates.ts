// Updates of the weights: data, hyperparameters and runs of each step, and what the steps gave. Keeps no state of the run: the caller says
// which step it is. Names no model and no task.
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import type { Program } from '../graph/graph.ts';
import type { MetricName } from '../spec/task-metrics.ts';
import { lossPartsOf } from '../tasks/target-words.ts';
import { targetsOf } from '../tasks/streams.ts';
import { TrainingData } from './batches.ts';
import { toldBy } from './diagnostics.ts';
import { alwaysNumbers } from './fallback.ts';
import { names } from './program.ts';
import { RunQueue } from './run-queue.ts';
import type { RunSetup } from './setup.ts';
import { now } from './timing.ts';

export interface UpdateStart {
  /** Steps done before. */
  readonly step: number;
  /** Updates since the optimiser's state began. */
  readonly updates: number;
}

export class Updates {
  /** Steps that can be under way before their results are read. */
  readonly most: number;
  /** Micro-batches of a step. */
  readonly parts: number;
  readonly #setup: RunSetup;
  readonly #executable: Executable;
  readonly #data: TrainingData;
  readonly #queue: RunQueue;
  /** Variables with the loss of each target, where there are several. */
  readonly #lossParts: readonly string[];
  readonly #hyper = new Float64Array(4);
  readonly #counter: Int32Array | null;
  /** What a step tells beside loss and norm: the loss of each target where there are several, then what its model tells. */
  readonly told: readonly MetricName[];
  /** Variables of the latter. */
  readonly #ofModel: readonly string[];
  readonly #program: Program;
  readonly #canRepeat: boolean;

  constructor(setup: RunSetup, program: Program, executable: Executable) {
    this.#setup = setup;
    this.#executable = executable;
    this.#data = new TrainingData(setup);
    this.parts = this.#data.parts;
    const targets = targetsOf(setup.task);
    this.#lossParts = targets.length === 1 ? [] : targets.map(({ name }) => names.lossOf(name));
    const own = toldBy(program, setup).map(({ name }) => name);
    this.told = [...lossPartsOf(setup.task), ...own];
    this.#ofModel = own;
    this.#queue = new RunQueue(executable, [names.loss, names.norm, ...this.#lossParts, ...own]);
    this.#program = program;
    this.#canRepeat = alwaysNumbers(setup) !== null;
    this.most = this.#queue.most;
    this.#counter = program.variables.some((one) => one.name === names.counter) ? new Int32Array(5) : null;
  }

  /** Loss of update `index` of the last `take`. */
  loss(index: number): number {
    return this.#result(index, 0);
  }

  /** Gradient norm before clipping of update `index` of the last `take`. */
  norm(index: number): number {
    return this.#result(index, 1);
  }

  #result(index: number, place: number): number {
    return this.#queue.values[this.#queue.width * index + place] ?? NaN;
  }

  /** Whether both are, of update `index`. */
  isFinite(index: number): boolean {
    return Number.isFinite(this.loss(index)) && Number.isFinite(this.norm(index));
  }

  /** What update `index` of the last `take` told, in the order of `told`. */
  tellings(index: number): Float64Array {
    const from = this.#queue.width * index + 2;
    return this.#queue.values.subarray(from, from + this.told.length);
  }

  /** The entry with the forward pass of a step, as it was tried last. */
  get entry(): string {
    const entry = this.parts === 1 ? 'train' : 'accumulate';
    return this.#canRepeat ? names.fallback(entry) : entry;
  }

  /** Does one update per rate. Returns the seconds from writing the first data to reading the last result. */
  async take(rates: Float64Array, start: UpdateStart): Promise<number> {
    let started = 0;
    for (const [i, rate] of rates.entries()) {
      this.#data.draw(start.step + i);
      if (i === 0) started = now();
      await this.#update(rate, start, i, (entry) => entry);
    }
    await this.#queue.collect();
    return now() - started;
  }

  /**
   * Does the update after a failed one's `start` again, which changed nothing, by the implementation that always gives numbers. Its results
   * are those of index 0. Returns its seconds; null if there is no such implementation.
   */
  async repeat(rate: number, start: UpdateStart): Promise<number | null> {
    if (!this.#canRepeat) return null;
    const started = now();
    this.#executable.write(names.norm, zero);
    for (const { name, role, type } of this.#program.variables)
      if (role === 'gradient') this.#executable.write(name, new Float32Array(sizeOf(type.shape)));
    this.#data.draw(start.step);
    await this.#update(rate, start, 0, names.fallback);
    await this.#queue.collect();
    return now() - started;
  }

  /** Draws the data of a step again, for `feed`. */
  draw(step: number): void {
    this.#data.draw(step);
  }

  /** Writes one part of the data drawn last, which are those of `step`. */
  feed(executable: Executable, step: number, part: number): void {
    this.#data.write(executable, part);
    if (this.#counter === null) return;
    this.#counter[0] = this.#setup.spec.seed | 0;
    this.#counter[2] = step | 0;
    this.#counter[3] = Math.floor(step / 2 ** 32);
    this.#counter[4] = part * this.#setup.microBatch;
    executable.write(names.counter, this.#counter);
  }

  /** Update `index` after `start`, with the data drawn last, by the entries that `way` names. */
  async #update(rate: number, { step, updates }: UpdateStart, index: number, way: Way): Promise<void> {
    const { optimiser, training } = this.#setup;
    this.#hyper[0] = rate;
    optimiser.corrections(this.#hyper, updates + index + 1, training);
    this.#executable.write(names.hyper, this.#hyper);
    if (this.parts === 1) {
      this.feed(this.#executable, step + index, 0);
      return this.#queue.run(way('train'));
    }
    this.#executable.write(names.loss, zero);
    for (const part of this.#lossParts) this.#executable.write(part, zero);
    for (const name of this.#ofModel) this.#executable.write(name, lowest);
    for (let part = 0; part < this.parts; part++) {
      this.feed(this.#executable, step + index, part);
      await this.#queue.runPart(way('accumulate'));
    }
    await this.#queue.run('update');
  }
}

type Way = (entry: string) => string;

const zero = new Float32Array(1);
/** Less than anything that a part tells. */
const lowest = new Float32Array(1).fill(-3e38);
