// Steady steps gathered into stretches, over which their speed is told and disturbance is judged. Takes a bounded room however long a run is.
import { disturbedSeconds, type Stretch } from '../spec/disturbance.ts';

/** Stretches kept apart; of more, neighbours become one. */
const most = 512;

export class Stretches {
  #closed: Stretch[] = [];
  /** Stretches as they are closed that make one kept. */
  #size = 1;
  #waiting: Stretch[] = [];
  #seconds = 0;
  #steps = 0;
  #disturbed = 0;

  /** One steady step; allocates nothing. */
  step(seconds: number): void {
    this.#seconds += seconds;
    this.#steps++;
  }

  /** Ends the stretch; gives the mean seconds of its steps, null when there was none. */
  close(): number | null {
    if (this.#steps === 0) return null;
    const stretch = { step: this.#seconds / this.#steps, steps: this.#steps };
    this.#seconds = 0;
    this.#steps = 0;
    this.#waiting.push(stretch);
    if (this.#waiting.length >= this.#size) {
      this.#closed.push(joined(this.#waiting));
      this.#waiting = [];
    }
    if (this.#closed.length >= most) this.#halve();
    this.#disturbed = disturbedSeconds(this.#closed);
    return stretch.step;
  }

  /** Seconds of the steps so far that something else took. */
  get disturbed(): number {
    return this.#disturbed;
  }

  #halve(): void {
    this.#closed = Array.from({ length: most / 2 }, (_, i) => joined(this.#closed.slice(2 * i, 2 * i + 2)));
    this.#size *= 2;
  }
}

function joined(stretches: readonly Stretch[]): Stretch {
  const steps = stretches.reduce((sum, one) => sum + one.steps, 0);
  return { step: stretches.reduce((sum, one) => sum + one.step * one.steps, 0) / steps, steps };
}
