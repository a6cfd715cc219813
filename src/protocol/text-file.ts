// Decodes the text of a file, as other programs write it: UTF-8 or UTF-16, with and without a byte order mark, with the
// line ends of any system. What is not text is refused with the place and the cure. Pure.
import { itemAt } from '../engine/core/item.ts';
import { fail, ok, type Result } from '../engine/core/result.ts';
import { asIs, type Message, say } from '../engine/core/say.ts';
import type { TextChange } from '../engine/spec/catalogue.ts';

/** Longest text to learn, bytes and characters: large collections fit, but a wrong file does not fill the memory. */
export const longestText = 256 * 2 ** 20;

export interface DecodedText {
  readonly text: string;
  /** Conversions that were made; empty if there were none. */
  readonly changes: readonly TextChange[];
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const mark = '\uFEFF';
const utf8Cure = say`Save the file as UTF-8 in an editor and choose it again.`;

const refuse = (name: string, message: Message, cure?: Message): Result<never> =>
  fail('bad-input', say`text "${asIs(name)}": ${message}`, { field: 'path', ...(cure === undefined ? {} : { cure }) });

/** The text of a file as a data set: cleaned, with a note on every change. */
export function decodeText(bytes: Uint8Array, name: string): Result<DecodedText> {
  const encoding = encodingOf(bytes);
  const text = decodeAs(bytes, encoding);
  if (text === null) {
    if (encoding !== 'utf-8')
      return refuse(name, say`the file starts like ${shownAs[encoding]}, got invalid bytes`, utf8Cure);
    const at = firstBadByte(bytes);
    return refuse(name, say`the file must be UTF-8 or UTF-16 text, got something else at byte ${at}`, utf8Cure);
  }
  const clean = cleanText(text, name);
  if (!clean.ok || encoding === 'utf-8') return clean;
  return ok({ ...clean.value, changes: [encoding, ...clean.value.changes] });
}

/** The same for a decoded text. */
export function cleanText(text: string, name: string): Result<DecodedText> {
  const changes: TextChange[] = [];
  let clean = text;
  if (clean.startsWith(mark)) {
    clean = clean.slice(1);
    changes.push('bom');
  }
  if (clean.length === 0) return refuse(name, say`the file must hold at least one character, got an empty file`);
  const zero = clean.indexOf('\0');
  if (zero >= 0) {
    const cure = say`It is not text, or text in an unusual encoding (UTF-32, UTF-16 without a mark). Save it as UTF-8.`;
    return refuse(name, say`a text must have no zero character, got one at character ${zero}`, cure);
  }
  if (!clean.isWellFormed())
    return refuse(name, say`a text must be valid Unicode, got an unpaired surrogate`, utf8Cure);
  if (clean.includes('\r\n')) {
    clean = clean.replaceAll('\r\n', '\n');
    changes.push('crlf');
  }
  return ok({ text: clean, changes });
}

/** The text of a settings file: only its encoding matters. */
export function readText(bytes: Uint8Array, name: string): Result<string> {
  const decoded = decodeText(bytes, name);
  return decoded.ok ? ok(decoded.value.text) : decoded;
}

const shownAs = { 'utf-16le': say`UTF-16 (little-endian)`, 'utf-16be': say`UTF-16 (big-endian)` } as const;

/** Detected by the byte order mark, or without one by patterns that only UTF-16 has. */
function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe && !(third === 0 && fourth === 0)) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return (['utf-16le', 'utf-16be'] as const).find((encoding) => looksLike(bytes, encoding)) ?? 'utf-8';
}

/**
 * In UTF-16 the zero bytes of spaces, line ends and Latin letters are on one side of each pair only. In alphabetic scripts the other bytes
 * are small numbers, and text with thousands of different letters is not valid UTF-8. It must also decode to sensible text.
 */
function looksLike(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): boolean {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return false;
  const side = encoding === 'utf-16le' ? 1 : 0;
  if (bytes.indexOf(0) < 0) return false;
  let small = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    if (bytes[i + 1 - side] === 0) return false;
    if (itemAt(bytes, i + side) <= 0x20) small++;
  }
  if (small < 0.9 * (bytes.length / 2) && decodeAs(bytes, 'utf-8') !== null) return false;
  const text = decodeAs(bytes, encoding);
  return text !== null && !/[\p{Cn}\p{Co}]|[\u0000-\u0008\u000e-\u001f]/u.test(text);
}

/** Null if the bytes are invalid in this encoding. A byte order mark stays. */
function decodeAs(bytes: Uint8Array, encoding: Encoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Start of the first sequence that is no UTF-8. Bisection finds where decoding stops (streaming, so that a character cut at the end of the
 * prefix is not an error); the sequence that stopped it began at most three bytes before.
 */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  while (good > 0 && !decodes(bytes.subarray(0, good), false)) good--;
  return good;
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
