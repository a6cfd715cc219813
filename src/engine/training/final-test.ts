// The test at the end of a run: the task's test part, judged once by the last weights and once by those of the lowest validation loss. While a
// run trains it keeps only the checkpoint of the latter; a task without such a part keeps nothing.
import { unwrap } from '../core/result.ts';
import { readSafetensors } from '../core/safetensors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import type { Program } from '../graph/graph.ts';
import type { MetricName } from '../spec/task-metrics.ts';
import { testName, type TestedBy } from '../tasks/test-part.ts';
import type { Evaluator } from './evaluate.ts';
import type { RunSetup } from './setup.ts';

interface FinalTestParts {
  readonly setup: RunSetup;
  readonly program: Program;
  readonly executable: Executable;
  readonly evaluator: Evaluator;
  /** Of a run that continues: its checkpoint with the lowest validation loss. */
  readonly best: Uint8Array | null;
}

export interface Tested {
  readonly name: MetricName;
  readonly value: number;
}

type Weights = ReadonlyMap<string, ArrayLike<number>>;

export class FinalTest {
  readonly #parts: FinalTestParts;
  #best: Uint8Array | null;

  constructor(parts: FinalTestParts) {
    this.#parts = parts;
    this.#best = parts.setup.task.test === undefined ? null : parts.best;
  }

  /** Keeps a checkpoint with the lowest validation loss so far; null = it is none any more. */
  keep(best: Uint8Array | null): void {
    if (this.#parts.setup.task.test !== undefined) this.#best = best;
  }

  /** Leaves the weights as they were. Without a test part nothing; without a best checkpoint the last weights alone. */
  async run(breathe: () => Promise<void>): Promise<readonly Tested[]> {
    const last = await this.#judge('last', breathe);
    if (this.#best === null) return last;
    const now = await this.#weights();
    const { tensors } = unwrap(readSafetensors(this.#best));
    try {
      this.#write(new Map([...tensors].map(([name, { data }]) => [name, data])));
      return [...last, ...(await this.#judge('best', breathe))];
    } finally {
      this.#write(now);
    }
  }

  async #judge(by: TestedBy, breathe: () => Promise<void>): Promise<readonly Tested[]> {
    const { test } = this.#parts.setup.task;
    if (test === undefined) return [];
    const judged = await this.#parts.evaluator.evaluate(breathe, test);
    return judged.map(({ metric, value }) => ({ name: testName(metric.name, by), value }));
  }

  async #weights(): Promise<Weights> {
    const found = new Map<string, Float64Array>();
    for (const { name, role, type } of this.#parts.program.variables) {
      if (role !== 'weight') continue;
      const values = new Float64Array(sizeOf(type.shape));
      await this.#parts.executable.read(name, values);
      found.set(name, values);
    }
    return found;
  }

  #write(weights: Weights): void {
    for (const { name, role } of this.#parts.program.variables) {
      const values = role === 'weight' ? weights.get(name) : undefined;
      if (role !== 'weight') continue;
      if (values === undefined) throw new Error(`test: the best checkpoint must hold ${name}`);
      this.#parts.executable.write(name, values);
    }
  }
}
