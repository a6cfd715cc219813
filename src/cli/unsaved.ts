// The end of a command whose last changes are not in the file: the person at the terminal chooses to try again, to save elsewhere or to
// discard them. If nobody can answer, it retries a few times and reports what is lost.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AppFailure, type AppError } from '../engine/core/result.ts';
import { closeInEnd } from '../lab/session/close-in-end.ts';
import type { Lab } from '../lab/lab.ts';
import { errorText } from './show.ts';

/** Asks a question and resolves to what was typed; null = the input has ended. */
export type Ask = (question: string) => Promise<string | null>;

const question = 'r = try again, s PATH = save the session at PATH, g = give the changes up > ';

/** Null where standard input and error are no terminal. */
export function terminalAsk(): Ask | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (text) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const ended = new Promise<null>((done) => terminal.once('close', () => done(null)));
    try {
      return await Promise.race([terminal.question(text), ended]);
    } finally {
      terminal.close();
    }
  };
}

const say = (error: AppError): void => void process.stderr.write(`${errorText(error)}\n`);

/** Closes the lab. Returns what was discarded or could not be saved, null = nothing. */
export async function closeLab(lab: Lab, ask: Ask | null): Promise<AppError | null> {
  if (ask === null) return closeInEnd(lab);
  for (;;) {
    try {
      await lab.close();
      return null;
    } catch (error) {
      if (!(error instanceof AppFailure) || error.appError.code !== 'unsaved') throw error;
      say(error.appError);
      const answer = (await ask(question))?.trim() ?? 'g';
      if (answer === 'g') {
        await lab.close('give-up');
        return error.appError;
      }
      if (answer.startsWith('s ')) await saveAt(lab, resolve(answer.slice(2).trim()));
    }
  }
}

async function saveAt(lab: Lab, path: string): Promise<void> {
  try {
    await lab.session.saveAs(path, false);
  } catch (error) {
    if (!(error instanceof AppFailure)) throw error;
    say(error.appError);
  }
}
