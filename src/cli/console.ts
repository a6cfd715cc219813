// Where commands write: tables for people, JSON documents or lines for programs, problems to standard error. Independent of commands.
import { asEnglish } from '../engine/core/say.ts';
import { printableLines } from '../engine/core/printable.ts';
import type { AppError } from '../engine/core/result.ts';
import { readerGone } from './interrupt.ts';
import { errorText } from './show.ts';

export interface Console {
  readonly json: boolean;
  /** True when progress bars can be drawn. */
  readonly terminal: boolean;
  /** Output for people; silent with --json. Control characters other than line ends and tabs are shown as their codes. */
  say(text: string): void;
  /** Output for programs; silent without --json. One line, or an indented document. */
  data(value: unknown, indented?: boolean): void;
  /** Raw text to standard output, in both modes; as `say` on a terminal. */
  raw(text: string): void;
  /** A progress message for people, to standard error. */
  notice(text: string): void;
  problem(error: AppError): void;
}

/** JSON.stringify escapes only some of the control characters; the others are escaped here. */
const jsonText = (value: unknown, indent: number): string => printableLines(JSON.stringify(value, asEnglish, indent));

export function openConsole(json: boolean): Console {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', endWithReader).on('error', endWithReader);
  return {
    json,
    terminal: !json && process.stderr.isTTY,
    say: (text) => {
      if (!json) process.stdout.write(`${printableLines(text)}\n`);
    },
    data: (value, indented = false) => {
      if (json) process.stdout.write(`${jsonText(value, indented ? 2 : 0)}\n`);
    },
    raw: (text) => void process.stdout.write(process.stdout.isTTY ? printableLines(text) : text),
    notice: (text) => void process.stderr.write(`${printableLines(text)}\n`),
    problem: (error) => {
      if (json) process.stdout.write(`${jsonText({ error }, 0)}\n`);
      process.stderr.write(`${errorText(error)}\n`);
    },
  };
}

/** `minrnn … | head` closes the pipe early, and a terminal may be closed: this is no failure, but running training is saved first. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  if (!readerGone()) process.exit(0);
}
