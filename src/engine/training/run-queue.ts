// Runs of entries and their scalar results, collected for several runs at once if the device computes asynchronously, else run by run.
// Independent of training.
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';

export class RunQueue {
  /** Variables of a run. */
  readonly width: number;
  /** Runs between two collections. */
  readonly most: number;
  /** First element of each variable, run by run, as `collect` found them. */
  readonly values: Float64Array;
  readonly #executable: Executable;
  readonly #variables: readonly string[];
  readonly #rooms: readonly Float64Array[];
  #waiting = 0;

  constructor(executable: Executable, variables: readonly string[]) {
    this.#executable = executable;
    this.#variables = variables;
    this.width = variables.length;
    this.most = executable.pipeline?.slots ?? 1;
    this.values = new Float64Array(this.most * variables.length);
    this.#rooms = variables.map((name) => new Float64Array(sizeOf(executable.typeOf(name).shape)));
  }

  /** Runs an entry whose results are not collected. */
  async runPart(entry: string): Promise<void> {
    await this.#executable.pipeline?.room();
    this.#executable.run(entry);
  }

  /** Runs an entry; at most `most` times before `collect`. */
  async run(entry: string): Promise<void> {
    const { pipeline } = this.#executable;
    await pipeline?.room();
    (pipeline ?? this.#executable).run(entry);
    this.#waiting++;
  }

  /** Fills `values` and returns the number of runs in them. */
  async collect(): Promise<number> {
    const runs = this.#waiting;
    this.#waiting = 0;
    const { pipeline } = this.#executable;
    if (pipeline) {
      await pipeline.collect(this.#variables, this.values);
      return runs;
    }
    for (const [i, name] of this.#variables.entries()) {
      const room = this.#rooms[i];
      if (room) await this.#executable.read(name, room);
      this.values[i] = room?.[0] ?? NaN;
    }
    return runs;
  }
}
