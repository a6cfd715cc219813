// Loss and accuracy on the task's fixed held-out data. Touches no training state.
import type { Executable } from '../device/device.ts';
import { makeBatch } from './batches.ts';
import { names } from './program.ts';
import { RunQueue } from './run-queue.ts';
import type { RunSetup } from './setup.ts';

export interface Evaluation {
  /** Mean over all loss positions; not finite when the network's outputs are not. */
  readonly loss: number;
  readonly accuracy: number | null;
}

/** Evaluates whole held-out sets; its buffers are made once. */
export class Evaluator {
  readonly #setup: RunSetup;
  readonly #executable: Executable;
  readonly #batch;
  readonly #queue: RunQueue;
  /** Loss, count and hits so far. */
  readonly #sums = new Float64Array(3);

  constructor(setup: RunSetup, executable: Executable) {
    this.#setup = setup;
    this.#executable = executable;
    this.#batch = makeBatch(setup.task, setup.evalBatch, setup.task.evalLength);
    const { loss, count, hits } = names.evaluate;
    this.#queue = new RunQueue(executable, setup.task.output.kind === 'classes' ? [loss, count, hits] : [loss, count]);
  }

  /** `breathe` is awaited between batches, so that a long evaluation does not hold up the process. */
  async evaluate(breathe: () => Promise<void>): Promise<Evaluation> {
    const { task, evalBatch } = this.#setup;
    this.#sums.fill(0);
    let waiting = 0;
    for (let first = 0; first < task.evalSequences; first += evalBatch) {
      task.evaluate(this.#batch, first);
      this.#write();
      await this.#queue.run('evaluate');
      waiting++;
      if (waiting === this.#queue.most || first + evalBatch >= task.evalSequences) {
        await this.#addUp();
        waiting = 0;
      }
      await breathe();
    }
    const [loss = NaN, count = NaN, hits = NaN] = this.#sums;
    return { loss: loss / count, accuracy: task.output.kind === 'classes' ? hits / count : null };
  }

  async #addUp(): Promise<void> {
    const runs = await this.#queue.collect();
    const { values, width } = this.#queue;
    for (let i = 0; i < runs * width; i++) this.#sums[i % width] = (this.#sums[i % width] ?? 0) + (values[i] ?? NaN);
  }

  #write(): void {
    const { x, y, mask } = this.#batch;
    this.#executable.write(names.evaluate.x, x);
    this.#executable.write(names.evaluate.y, y);
    if (mask !== null) this.#executable.write(names.evaluate.mask, mask);
  }
}
