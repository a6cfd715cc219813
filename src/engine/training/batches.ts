// The data of a step on its way to the device: host buffers made once, filled by the task, written in parts.
import { RandomStream } from '../core/philox.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import type { Batch, Task } from '../tasks/task.ts';
import { names } from './program.ts';
import type { RunSetup } from './setup.ts';

/** A batch with buffers of the task's kinds, filled with nothing. */
export function makeBatch(task: Task, size: number, length: number): Batch {
  const positions = sizeOf([size, length]);
  const classes = task.output.kind === 'classes';
  return {
    size,
    length,
    x: task.input.kind === 'tokens' ? new Int32Array(positions) : new Float32Array(positions * task.input.width),
    y: classes ? new Int32Array(positions) : new Float32Array(positions),
    mask: classes ? null : new Float32Array(positions),
  };
}

interface Part {
  readonly x: Int32Array | Float32Array;
  readonly y: Int32Array | Float32Array;
  readonly mask: Float32Array | null;
  readonly share: Float64Array;
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
    const { x, y, mask } = this.#batch;
    const part = <A extends Int32Array | Float32Array>(all: A, i: number): A => {
      const length = all.length / training.accumulate;
      return all.subarray(i * length, (i + 1) * length) as A;
    };
    this.#parts = Array.from({ length: training.batch / microBatch }, (_, i) => ({
      x: part(x, i),
      y: part(y, i),
      mask: mask === null ? null : part(mask, i),
      share: new Float64Array(1),
    }));
  }

  /** Draws the batch of a step. */
  draw(step: number): void {
    this.#task.train(this.#batch, new RandomStream(this.#seed, 'data', step));
    if (this.#parts.length === 1) return;
    const counts = this.#parts.map((part) => lossPositions(part));
    const total = counts.reduce((sum, count) => sum + count, 0);
    this.#parts.forEach((part, i) => (part.share[0] = total === 0 ? 0 : (counts[i] ?? 0) / total));
  }

  /** Writes one part of the batch into the variables of `executable`. */
  write(executable: Executable, index: number): void {
    const { x, y, mask, share } = this.#parts[index] ?? this.#missing(index);
    executable.write(names.x, x);
    executable.write(names.y, y);
    if (mask !== null) executable.write(names.mask, mask);
    if (this.#parts.length > 1) executable.write(names.share, share);
  }

  #missing(index: number): never {
    throw new Error(`training data: part must be below ${this.#parts.length}, got ${index}`);
  }
}

function lossPositions({ y, mask }: Part): number {
  let count = 0;
  if (mask !== null) for (const value of mask) count += value;
  else for (const target of y) if (target >= 0) count++;
  return count;
}
