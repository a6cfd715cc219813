// Updates of the weights: data, hyperparameters and runs of each step, and what the steps gave. Keeps no state of the run: the caller says
// which step it is. Names no model and no task.
import type { Executable } from '../device/device.ts';
import type { Program } from '../graph/graph.ts';
import { targetsOf } from '../tasks/streams.ts';
import { TrainingData } from './batches.ts';
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

  constructor(setup: RunSetup, program: Program, executable: Executable) {
    this.#setup = setup;
    this.#executable = executable;
    this.#data = new TrainingData(setup);
    this.parts = this.#data.parts;
    const targets = targetsOf(setup.task);
    this.#lossParts = targets.length === 1 ? [] : targets.map(({ name }) => names.lossOf(name));
    this.#queue = new RunQueue(executable, [names.loss, names.norm, ...this.#lossParts]);
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

  /** How many losses an update has besides the total: one for each target where there are several. */
  get losses(): number {
    return this.#lossParts.length;
  }

  /** Of update `index`, the loss of target number `target` where there are several, before its weight. */
  lossOf(index: number, target: number): number {
    return this.#result(index, 2 + target);
  }

  #result(index: number, place: number): number {
    return this.#queue.values[this.#queue.width * index + place] ?? NaN;
  }

  /** Does one update per rate. Returns the seconds from writing the first data to reading the last result. */
  async take(rates: Float64Array, { step, updates }: UpdateStart): Promise<number> {
    const { optimiser, training } = this.#setup;
    let started = 0;
    for (const [i, rate] of rates.entries()) {
      this.#data.draw(step + i);
      if (i === 0) started = now();
      this.#hyper[0] = rate;
      optimiser.corrections(this.#hyper, updates + i + 1, training);
      this.#executable.write(names.hyper, this.#hyper);
      await this.#runParts(step + i);
    }
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

  async #runParts(step: number): Promise<void> {
    if (this.parts === 1) {
      this.feed(this.#executable, step, 0);
      await this.#queue.run('train');
      return;
    }
    this.#executable.write(names.loss, zero);
    for (const part of this.#lossParts) this.#executable.write(part, zero);
    for (let part = 0; part < this.parts; part++) {
      this.feed(this.#executable, step, part);
      await this.#queue.runPart('accumulate');
    }
    await this.#queue.run('update');
  }
}

const zero = new Float32Array(1);
