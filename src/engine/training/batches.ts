// The data of a step on its way to the device: host buffers made once, filled by the task, written in parts.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import type { Executable } from '../device/device.ts';
import { counted, makeBatch, partOf, targetsOf, type Batch, type Streams } from '../tasks/streams.ts';
import type { Task } from '../tasks/task.ts';
import { feed, feedsOf, names } from './program.ts';
import type { RunSetup } from './setup.ts';

interface Part {
  readonly streams: Streams;
  readonly feeds: ReturnType<typeof feedsOf>;
  /** One for each target. */
  readonly shares: readonly Float64Array[];
}

/** Training data, drawn by (seed, step): the same for every network. */
export class TrainingData {
  readonly parts: number;
  readonly #task: Task;
  readonly #seed: number;
  readonly #batch: Batch;
  readonly #parts: readonly Part[];

  constructor({ task, spec, training, microBatch }: RunSetup) {
    this.parts = training.accumulate;
    this.#task = task;
    this.#seed = spec.seed;
    this.#batch = makeBatch(task, training.batch, task.trainLength);
    const parts = training.batch / microBatch;
    this.#parts = Array.from({ length: parts }, (_, i) => {
      const streams = partOf(this.#batch.streams, i, parts);
      return { streams, feeds: feedsOf('train', streams), shares: targetsOf(task).map(() => new Float64Array(1)) };
    });
  }

  /** Draws the batch of a step. */
  draw(step: number): void {
    this.#task.train(this.#batch, new RandomStream(this.#seed, 'data', step));
    if (this.#parts.length === 1) return;
    targetsOf(this.#task).forEach((target, at) => {
      const counts = this.#parts.map(({ streams }) => counted(streams, target));
      const total = counts.reduce((sum, count) => sum + count, 0);
      this.#parts.forEach(({ shares }, i) => shares[at]?.fill(total === 0 ? 0 : itemAt(counts, i) / total));
    });
  }

  /** Writes one part of the batch into the variables of `executable`. */
  write(executable: Executable, index: number): void {
    const { feeds, shares } = this.#parts[index] ?? this.#missing(index);
    feed(executable, feeds);
    if (this.#parts.length === 1) return;
    const further = this.#task.further ?? [];
    shares.forEach((share, at) => executable.write(names.share(further[at - 1]?.target.name), share));
  }

  #missing(index: number): never {
    throw new Error(`training data: part must be below ${this.#parts.length}, got ${index}`);
  }
}
