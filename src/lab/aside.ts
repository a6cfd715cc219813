// What a race does beside training, such as its forecast: when that fails, it is said once and the race continues.
import { asAppError, type AppError } from '../engine/core/result.ts';
import type { Part } from '../engine/core/terms.ts';

export class Aside {
  readonly #tell: (error: AppError) => void;
  /** Asides that have failed: most are tried several times a second. */
  readonly #told = new Set<string>();

  constructor(tell: (error: AppError) => void) {
    this.#tell = tell;
  }

  /** Does the work; what it throws is told the first time that it happens to an aside of this name. */
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
