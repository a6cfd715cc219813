// Groups steady steps into stretches, by which speed is reported and disturbance is detected. Uses bounded memory however long a run is.
import { disturbedSeconds, type Stretch } from '../spec/disturbance.ts';

/** Most stretches stored; beyond that neighbours are merged. */
const most = 512;

export class Stretches {
  #closed: Stretch[] = [];
  /** Measured stretches per stored one. */
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

  /** Ends the stretch; returns the mean seconds of its steps, null if there were none. */
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

  /** Seconds that something else took from the steps so far. */
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
