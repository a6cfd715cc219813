// When a run whose graphics device was lost goes on by itself: as often as it gets further in between. Knows no engine.
import type { RunId } from '../protocol/lab.ts';

export class LostDevices {
  /** Step of the newest checkpoint when the device was lost last; -1 = there was none. */
  readonly #steps = new Map<RunId, number>();

  /** Notes a loss; true when the run has a newer checkpoint than at the loss before, or lost none before. */
  mayGoOn(run: RunId, savedStep: number): boolean {
    const before = this.#steps.get(run);
    this.#steps.set(run, savedStep);
    return before === undefined || savedStep > before;
  }
}
