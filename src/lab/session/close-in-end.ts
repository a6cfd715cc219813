// Shutdown of a lab when nobody can be asked: a few more attempts to save, then the engines end in any case.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import type { Lab } from '../lab.ts';

const attempts = 3;
const pauseMs = 1000;

/** Changes that could not be saved and are lost; null = everything is saved. */
export async function closeInEnd(lab: Lab): Promise<AppError | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      await lab.close();
      return null;
    } catch (error) {
      if (!(error instanceof AppFailure) || error.appError.code !== 'unsaved') throw error;
      if (attempt === attempts) {
        await lab.close('give-up');
        return error.appError;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
