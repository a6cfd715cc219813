// Loss and accuracy on the task's fixed held-out data. Touches no training state.
import type { Executable } from '../device/device.ts';
import { makeBatch } from './batches.ts';
import { names } from './program.ts';
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
  readonly #one = new Float64Array(1);
  readonly #two = new Float64Array(2);

  constructor(setup: RunSetup, executable: Executable) {
    this.#setup = setup;
    this.#executable = executable;
    this.#batch = makeBatch(setup.task, setup.evalBatch, setup.task.evalLength);
  }

  /** `breathe` is awaited between batches, so that a long evaluation does not hold up the process. */
  async evaluate(breathe: () => Promise<void>): Promise<Evaluation> {
    const { task, evalBatch } = this.#setup;
    let loss = 0;
    let count = 0;
    let hits = 0;
    for (let first = 0; first < task.evalSequences; first += evalBatch) {
      task.evaluate(this.#batch, first);
      this.#write();
      this.#executable.run('evaluate');
      loss += await this.#read(names.evaluate.loss);
      count += await this.#read(names.evaluate.count);
      if (task.output.kind === 'classes') {
        await this.#executable.read(names.evaluate.hits, this.#two);
        hits += this.#two[0] ?? 0;
      }
      await breathe();
    }
    return { loss: loss / count, accuracy: task.output.kind === 'classes' ? hits / count : null };
  }

  #write(): void {
    const { x, y, mask } = this.#batch;
    this.#executable.write(names.evaluate.x, x);
    this.#executable.write(names.evaluate.y, y);
    if (mask !== null) this.#executable.write(names.evaluate.mask, mask);
  }

  async #read(name: string): Promise<number> {
    await this.#executable.read(name, this.#one);
    return this.#one[0] ?? NaN;
  }
}
