// The best evaluation so far, the best value of each metric, and how many evaluations have passed since, for early stopping and the best
// checkpoint.
import { accuracyLook, bestsOf, lossName, withBests, type Bests } from '../spec/task-metrics.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';
import type { Judged } from './evaluate.ts';

type Best = TrainingCursor['best'];

export class BestSoFar {
  #best: Best;
  #bests: Bests;
  #since: number;
  /** The step of the evaluation made last in this process; -1 = none yet. */
  #judgedAt = -1;

  constructor(cursor: TrainingCursor) {
    this.#best = cursor.best;
    this.#bests = bestsOf(cursor);
    this.#since = cursor.sinceBest;
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

  /** Takes an evaluation; true if its loss is the lowest so far. One that is not finite is never the best and does not count. */
  take(step: number, judged: readonly Judged[]): boolean {
    const valueOf = (name: string): number | undefined => judged.find(({ metric }) => metric.name === name)?.value;
    const loss = valueOf(lossName) ?? NaN;
    this.#judgedAt = step;
    this.#bests = withBests(this.#bests, step, judged);
    if (this.#best !== null && !(loss < this.#best.loss)) {
      this.#since++;
      return false;
    }
    if (!Number.isFinite(loss)) return false;
    this.#best = { step, loss, accuracy: valueOf(accuracyLook.name) ?? null };
    this.#since = 0;
    return true;
  }

  /** Other weights: what was judged was not theirs. */
  forget(): void {
    this.#best = null;
    this.#bests = {};
    this.#since = 0;
    this.#judgedAt = -1;
  }

  /** What a checkpoint keeps of it. */
  saved(): Pick<TrainingCursor, 'best' | 'bests' | 'sinceBest'> {
    return { best: this.#best, bests: this.#bests, sinceBest: this.#since };
  }
}
