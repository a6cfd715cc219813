// Handles a run that lost its engine or its graphics device; after a lost device it resumes automatically as long as it makes progress in
// between. Independent of engines.
import type { AppError } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import type { RunId } from '../../protocol/state.ts';

export class LostDevices {
  /** Step of the newest checkpoint when the device was lost last; -1 = there was none. */
  readonly #steps = new Map<RunId, number>();

  /** Records a loss; true if the run has a newer checkpoint than at the previous loss, or there was none. Other errors end a run. */
  mayGoOn(run: RunId, savedStep: number, { code }: AppError): boolean {
    if (code !== 'device-lost') return false;
    const before = this.#steps.get(run);
    this.#steps.set(run, savedStep);
    return before === undefined || savedStep > before;
  }
}

/** The message when the process of a run is gone; `savedStep` is the step of its newest checkpoint. */
export function engineGone(name: string, reason: Message, savedStep: number): AppError {
  const from = savedStep > 0 ? say`from the checkpoint at step ${savedStep}` : say`from the start`;
  return {
    code: 'engine-died',
    message: say`The engine of ${asIs(name)} is gone: ${reason}. The other runs continue.`,
    cure: say`Resume goes on ${from}.`,
  };
}
