// The best evaluation so far and how many have passed since, for early stopping and the best checkpoint.
import type { TrainingCursor } from '../spec/training-cursor.ts';

type Best = TrainingCursor['best'];

export class BestSoFar {
  #best: Best;
  #since: number;
  /** The step of the evaluation made last in this process; -1 = none yet. */
  #judgedAt = -1;

  constructor({ best, sinceBest }: TrainingCursor) {
    this.#best = best;
    this.#since = sinceBest;
  }

  /** True if no evaluation has counted yet. */
  get none(): boolean {
    return this.#best === null;
  }

  get since(): number {
    return this.#since;
  }

  /** Whether the weights of this step have been evaluated. */
  judged(step: number): boolean {
    return this.#judgedAt === step;
  }

  /** Takes an evaluation; true if it is the best so far. A loss that is not finite is never the best and does not count. */
  take(step: number, loss: number, accuracy: number | null): boolean {
    this.#judgedAt = step;
    if (this.#best !== null && !(loss < this.#best.loss)) {
      this.#since++;
      return false;
    }
    if (!Number.isFinite(loss)) return false;
    this.#best = { step, loss, accuracy };
    this.#since = 0;
    return true;
  }

  /** Other weights: what was judged was not theirs. */
  forget(): void {
    this.#best = null;
    this.#since = 0;
    this.#judgedAt = -1;
  }

  /** What a checkpoint keeps of it. */
  saved(): Pick<TrainingCursor, 'best' | 'sinceBest'> {
    return { best: this.#best, sinceBest: this.#since };
  }
}
