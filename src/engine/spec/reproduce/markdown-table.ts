// A table of text as Markdown, and what turns a message into text. Pure.
import type { Message } from '../../core/say.ts';

export type Tell = (message: Message) => string;

/** The first row is the head. */
export const markdownTable = ([head = [], ...rows]: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
};
