// Converts a name given by a person to the name of a file or text: legal on every system and unique. Pure.
import { foldName } from '../engine/spec/nearest.ts';

/** Longest file name that file systems allow, in bytes of UTF-8. */
export const longestFileName = 255;
/** Space for temporary suffixes of the program and SQLite: `.migrating-1234abcd-journal`, `.v12.backup`, ` 1000`. */
const reserve = 40;
/** Longest id of a text, bytes: it is typed on command lines. */
const longestId = 100;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The longest prefix of `text` that fits, in whole grapheme clusters. */
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

/** Control characters, lone surrogates, and marks that change the writing direction. */
const unfit = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]/gu;
/** Names that Windows reserves for devices, with any extension. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)/i;

const trimmed = (text: string): string => text.replace(/^[. ]+|[. ]+$/g, '');

/** A name as a file name without extension, short enough for `ending` and temporary suffixes. */
export function fileName(name: string, ending = '', otherwise = 'session'): string {
  const clean = trimmed(name.normalize('NFC').replace(unfit, '-').replace(/\s+/g, ' '));
  const legal = clean.replace(devices, '$1_');
  return trimmed(shorten(legal, longestFileName - reserve - bytesOf(ending))) || otherwise;
}

/** An id that is easy to type: its letters with their marks, digits, and `-` for everything else. `My Book.txt` -> `my-book`. */
export function textId(name: string): string {
  const stem = name.replace(/(?<=.)\.[^.]*$/s, '');
  const plain = stem
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}\u200c\u200d]+/gu, '-');
  return shorten(plain, longestId).replace(/^-+|-+$/g, '') || 'text';
}

/** `wanted`, or the first of `wanted 2`, `wanted 3`, … that differs from every name in `taken`, ignoring case and encoding. */
export function freeFileName(wanted: string, taken: Iterable<string>, separator = ' '): string {
  const folded = new Set([...taken].map(foldName));
  if (!folded.has(foldName(wanted))) return wanted;
  for (let i = 2; ; i++) {
    const next = `${wanted}${separator}${i}`;
    if (!folded.has(foldName(next))) return next;
  }
}

/**
 * A unique file name for each of these names on any system. A name that is already a valid file name is kept, and others are changed; ties
 * are resolved by order.
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
