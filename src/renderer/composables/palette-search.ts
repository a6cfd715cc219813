// Finding commands by a few letters: a pure ranking with the places that matched. Uses only titles, not what a command does.
import type { Command, CommandGroup } from './commands.ts';

export interface Found {
  readonly command: Command;
  /** Title and detail in pieces; `hit` pieces are what matched. */
  readonly title: readonly Piece[];
  readonly detail: readonly Piece[];
  readonly score: number;
}

export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

const prefixes: Readonly<Record<string, CommandGroup>> = { '>': 'commands', '@': 'runs', '#': 'settings', '?': 'help' };
const order: readonly CommandGroup[] = ['commands', 'runs', 'settings', 'help'];

/** `@lst` -> only runs, query `lst`. */
export function splitQuery(query: string): { readonly group: CommandGroup | null; readonly text: string } {
  const group = prefixes[query.trimStart().charAt(0)] ?? null;
  return { group, text: (group ? query.trimStart().slice(1) : query).trim() };
}

/** Score of `query` in `text`, higher is better: whole start, word start, anywhere, letters in order; null = no match. */
export function match(query: string, text: string): { readonly score: number; readonly at: readonly number[] } | null {
  const needle = query.toLowerCase();
  const hay = text.toLowerCase();
  if (needle === '') return { score: 0, at: [] };
  const start = wordStart(hay, needle);
  if (start >= 0) return { score: start === 0 ? 100 : 80, at: span(start, needle.length) };
  const inside = hay.indexOf(needle);
  if (inside >= 0) return { score: 50, at: span(inside, needle.length) };
  return scattered(needle, hay);
}

const span = (from: number, length: number): readonly number[] => Array.from({ length }, (_, at) => from + at);

function wordStart(hay: string, needle: string): number {
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    if (at === 0 || /[^\p{L}\p{N}]/u.test(hay.charAt(at - 1))) return at;
  }
  return -1;
}

/** Letters in order, each at a word start or right after the one before: `sa` finds “Save as”, not any s…a. */
function scattered(needle: string, hay: string): { readonly score: number; readonly at: readonly number[] } | null {
  const at: number[] = [];
  let from = 0;
  for (const letter of needle.replace(/\s+/g, '')) {
    let place = hay.indexOf(letter, from);
    while (place > 0 && place !== from && !/[^\p{L}\p{N}]/u.test(hay.charAt(place - 1))) {
      place = hay.indexOf(letter, place + 1);
    }
    if (place < 0 || (at.length === 0 && place > 0 && /[\p{L}\p{N}]/u.test(hay.charAt(place - 1)))) return null;
    at.push(place);
    from = place + 1;
  }
  return { score: 30, at };
}

/** Text split into matched and other pieces. */
export function pieces(text: string, at: readonly number[]): readonly Piece[] {
  const hits = new Set(at);
  const result: { text: string; hit: boolean }[] = [];
  for (let index = 0; index < text.length; index++) {
    const hit = hits.has(index);
    const last = result[result.length - 1];
    if (last && last.hit === hit) last.text += text.charAt(index);
    else result.push({ text: text.charAt(index), hit });
  }
  return result;
}

function find(command: Command, query: string): Found | null {
  const plain = { title: [{ text: command.title, hit: false }], detail: detailPieces(command, []) };
  const title = match(query, command.title);
  if (title) return { command, score: title.score, title: pieces(command.title, title.at), detail: plain.detail };
  const detail = match(query, command.detail ?? '');
  if (!detail) return null;
  return { command, score: detail.score / 2, title: plain.title, detail: detailPieces(command, detail.at) };
}

const detailPieces = (command: Command, at: readonly number[]): readonly Piece[] =>
  command.detail === undefined ? [] : pieces(command.detail, at);

/** Matching commands by group, best first, at most `limit` a group; an empty query keeps the given order. */
export function search(
  commands: readonly Command[],
  query: string,
  limit = 8,
): readonly { readonly group: CommandGroup; readonly found: readonly Found[] }[] {
  const { group: only, text } = splitQuery(query);
  const found = commands.map((command) => find(command, text)).filter((item) => item !== null);
  return order
    .filter((group) => only === null || group === only)
    .map((group) => ({
      group,
      found: found
        .filter((item) => item.command.group === group)
        .sort((a, b) => b.score - a.score)
        .slice(0, only === null ? limit : 50),
    }))
    .filter(({ found: items }) => items.length > 0);
}
