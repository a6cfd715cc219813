// Side tasks of a race, such as its forecast: if one fails, it is reported once and the race continues.
import { asAppError, type AppError } from '../../engine/core/result.ts';
import type { Part } from '../../engine/core/terms.ts';

export class Aside {
  readonly #tell: (error: AppError) => void;
  /** Side tasks that have failed; most are tried several times a second. */
  readonly #told = new Set<string>();

  constructor(tell: (error: AppError) => void) {
    this.#tell = tell;
  }

  /** Does the work; a failure is reported once per name. */
  try(name: Part, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#told.has(name)) return;
      this.#told.add(name);
      this.#tell(asAppError(error, name));
    }
  }
}
