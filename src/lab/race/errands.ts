// Requests to an engine between slices, such as a sample or other weights, kept until the engine has the baton. Independent of the schedule.
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { EngineRun } from '../engines/engine-run.ts';

interface Errand {
  readonly work: (engine: EngineRun) => Promise<void>;
  readonly reject: (error: Error) => void;
}

export class Errands {
  readonly #waiting = new Map<number, Errand>();
  #last = 0;

  /** Reports its number, then resolves when it is done. Rejects with the work's own failure, or when the engine ends before. */
  add(work: (engine: EngineRun) => Promise<void>, numbered: (id: number) => void): Promise<void> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { work: (engine) => work(engine).then(resolve, reject), reject });
      numbered(id);
    });
  }

  /** Carries out the errand at once. It never rejects; the result goes to the requester. */
  async run(id: number, engine: () => EngineRun): Promise<void> {
    const errand = this.#waiting.get(id);
    this.#waiting.delete(id);
    await errand?.work(engine());
  }

  /** Their engine is gone. */
  drop(ids: readonly number[]): void {
    const failure = new AppFailure({ code: 'engine-died', message: say`engine: the process is gone` });
    for (const id of ids) {
      this.#waiting.get(id)?.reject(failure);
      this.#waiting.delete(id);
    }
  }
}
