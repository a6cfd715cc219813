// From a name that a person gives to the name of a file or of a text: legal on every system, never the same for two names. Pure.
import { foldName } from '../engine/spec/nearest.ts';

/** What file systems allow for one name, bytes of UTF-8. */
export const longestFileName = 255;
/** Room for what the program and SQLite put after a name for a while: `.migrating-1234abcd-journal`, `.v12.backup`, ` 1000`. */
const reserve = 40;
/** Longest id of a text, bytes: it is typed on command lines. */
const longestId = 100;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The longest beginning of `text` that fits, in whole letters as people see them. */
export function shorten(text: string, mostBytes: number): string {
  if (bytesOf(text) <= mostBytes) return text;
  let [kept, bytes] = ['', 0];
  for (const { segment } of letters.segment(text)) {
    bytes += bytesOf(segment);
    if (bytes > mostBytes) break;
    kept += segment;
  }
  return kept;
}

/** Control characters, lone halves of a pair, and marks that turn the direction of a line around. */
const unfit = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/gu;
/** Names that Windows keeps for devices, with whatever ending. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)/i;

const trimmed = (text: string): string => text.replace(/^[. ]+|[. ]+$/g, '');

/** A name as a file name without its ending, short enough for `ending` and for what is put after it. */
export function fileName(name: string, ending = '', otherwise = 'session'): string {
  const clean = trimmed(name.normalize('NFC').replace(unfit, '-').replace(/\s+/g, ' '));
  const legal = clean.replace(devices, '$1_');
  return trimmed(shorten(legal, longestFileName - reserve - bytesOf(ending))) || otherwise;
}

/** What can be typed to name a text: its letters with their marks, digits, and `-` for everything else. `My Book.txt` -> `my-book`. */
export function textId(name: string): string {
  const stem = name.replace(/(?<=.)\.[^.]*$/s, '');
  const plain = stem
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}\u200c\u200d]+/gu, '-');
  return shorten(plain, longestId).replace(/^-+|-+$/g, '') || 'text';
}

/** `wanted`, or the first of `wanted 2`, `wanted 3`, … that no name of `taken` equals, also where case and spelling do not count. */
export function freeFileName(wanted: string, taken: Iterable<string>, separator = ' '): string {
  const folded = new Set([...taken].map(foldName));
  if (!folded.has(foldName(wanted))) return wanted;
  for (let i = 2; ; i++) {
    const next = `${wanted}${separator}${i}`;
    if (!folded.has(foldName(next))) return next;
  }
}

/**
 * A file name for each of these names, no two the same on any system. A name that is one already keeps it, so that others give way; the
 * order of the names decides the rest.
 */
export function fileNames(names: readonly string[], ending = ''): readonly string[] {
  const wanted = names.map((name) => fileName(name, ending, 'run'));
  const made = new Array<string>(names.length).fill('');
  const taken: string[] = [];
  for (const kept of [true, false]) {
    wanted.forEach((file, i) => {
      if ((file === names[i]) !== kept) return;
      made[i] = freeFileName(file, taken);
      taken.push(made[i]);
    });
  }
  return made;
}
