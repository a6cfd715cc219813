// Where commands write: tables for people, JSON documents or lines for programs, problems to standard error. Knows no command.
import type { AppError } from '../engine/core/result.ts';
import { errorText } from './show.ts';

export interface Console {
  readonly json: boolean;
  /** True when progress bars can be drawn. */
  readonly terminal: boolean;
  /** For people; silent with --json. */
  say(text: string): void;
  /** For programs; silent without --json. One line, or an indented document. */
  data(value: unknown, indented?: boolean): void;
  /** Raw text to standard output, in both modes. */
  raw(text: string): void;
  problem(error: AppError): void;
}

export function openConsole(json: boolean): Console {
  process.stdout.off('error', endWithReader).on('error', endWithReader);
  return {
    json,
    terminal: !json && process.stderr.isTTY,
    say: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    data: (value, indented = false) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, indented ? 2 : 0)}\n`);
    },
    raw: (text) => void process.stdout.write(text),
    problem: (error) => {
      if (json) process.stdout.write(`${JSON.stringify({ error })}\n`);
      process.stderr.write(`${errorText(error)}\n`);
    },
  };
}

/** `minrnn … | head` closes the pipe when it has seen enough; that is no failure. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
