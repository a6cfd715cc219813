// Evaluates the task's metrics on its fixed held-out data, and at the end on its test part. Touches no training state.
import type { Executable } from '../device/device.ts';
import { aggregated, type Counted, type TaskMetric } from '../spec/task-metrics.ts';
import { makeBatch } from '../tasks/streams.ts';
import { alwaysNumbers } from './fallback.ts';
import type { Judging } from '../tasks/test-part.ts';
import { countedBy } from './measured-sums.ts';
import { feed, feedsOf, names } from './program.ts';
import { RunQueue } from './run-queue.ts';
import type { RunSetup } from './setup.ts';

/** A metric of the task with its value over all answers that count; not finite if the network's outputs are not. */
export interface Judged {
  readonly metric: TaskMetric;
  readonly value: number;
}

/** Evaluates whole held-out sets; its buffers are made once. */
export class Evaluator {
  readonly #setup: RunSetup;
  readonly #executable: Executable;
  readonly #batch;
  readonly #feeds: ReturnType<typeof feedsOf>;
  readonly #queue: RunQueue;
  readonly #outputs: readonly string[];
  /** Of each output, so far. */
  readonly #sums: Float64Array;
  readonly #canRepeat: boolean;

  constructor(setup: RunSetup, executable: Executable) {
    this.#setup = setup;
    this.#executable = executable;
    this.#batch = makeBatch(setup.task, setup.evalBatch, setup.task.evalLength);
    this.#feeds = feedsOf('evaluate', this.#batch.streams);
    this.#outputs = countedBy(setup.task).flatMap(({ target, measured }) => [
      ...measured.map((what) => names.measured(what, target)),
      names.count(target),
    ]);
    this.#queue = new RunQueue(executable, this.#outputs);
    this.#sums = new Float64Array(this.#outputs.length);
    this.#canRepeat = alwaysNumbers(setup) !== null;
  }

  /**
   * By the metrics of `judging`, in its order: the held-out data of the task, or its test part. `breathe` is awaited between batches, so that a
   * long evaluation does not hold up the process. Where the implementation of the run gives no numbers, the whole is computed by the one that
   * always gives some, and `otherwise` is told.
   */
  async evaluate(
    breathe: () => Promise<void>,
    judging: Judging = this.#setup.task,
    otherwise: () => void = () => undefined,
  ): Promise<readonly Judged[]> {
    await this.#sumUp('evaluate', judging, breathe);
    if (this.#canRepeat && !this.#sums.every(Number.isFinite)) {
      await this.#sumUp(names.fallback('evaluate'), judging, breathe);
      otherwise();
    }
    const sumAt = (name: string): number => this.#sums[this.#outputs.indexOf(name)] ?? NaN;
    const meanOf = ({ of, target }: Counted): number => sumAt(names.measured(of, target)) / sumAt(names.count(target));
    return judging.metrics.map((metric) => ({ metric, value: aggregated(metric, meanOf) }));
  }

  async #sumUp(entry: string, judging: Judging, breathe: () => Promise<void>): Promise<void> {
    const { evalBatch } = this.#setup;
    const { evalSequences } = judging;
    this.#sums.fill(0);
    let waiting = 0;
    for (let first = 0; first < evalSequences; first += evalBatch) {
      judging.evaluate(this.#batch, first);
      feed(this.#executable, this.#feeds);
      await this.#queue.run(entry);
      waiting++;
      if (waiting === this.#queue.most || first + evalBatch >= evalSequences) {
        await this.#addUp();
        waiting = 0;
      }
      await breathe();
    }
  }

  async #addUp(): Promise<void> {
    const runs = await this.#queue.collect();
    const { values, width } = this.#queue;
    for (let i = 0; i < runs * width; i++) this.#sums[i % width] = (this.#sums[i % width] ?? 0) + (values[i] ?? NaN);
  }
}
