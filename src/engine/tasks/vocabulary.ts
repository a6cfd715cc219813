// Text to tokens and back: the distinct characters (or bytes) of a text in code order.
import { fail, ok, type Result } from '../core/result.ts';

export interface Vocabulary {
  readonly size: number;
  /** The code point, or byte, of each symbol, ascending. */
  readonly codes: readonly number[];
  /** The whole text as tokens. */
  readonly tokens: Int32Array;
  /** Refuses characters that the text does not have, naming the first. */
  encode(text: string): Result<Int32Array>;
  decode(tokens: ArrayLike<number>): string;
}

const mostKinds = 65536;

type Unit = 'characters' | 'bytes';

let newest: { readonly text: string; readonly unit: Unit; readonly vocabulary: Result<Vocabulary> } | null = null;

/**
 * Reads `text` as characters (Unicode code points) or as UTF-8 bytes. The newest vocabulary is kept: checking an experiment asks for
 * the same one for each of its variants.
 */
export function makeVocabulary(text: string, unit: Unit): Result<Vocabulary> {
  if (newest?.text !== text || newest.unit !== unit) newest = { text, unit, vocabulary: readVocabulary(text, unit) };
  return newest.vocabulary;
}

function readVocabulary(text: string, unit: Unit): Result<Vocabulary> {
  const codes = unit === 'bytes' ? new TextEncoder().encode(text) : codePoints(text);
  const kinds = distinct(codes);
  if (kinds.length > mostKinds) {
    return fail('bad-input', `A text must have at most ${mostKinds} kinds of characters, got ${kinds.length}.`, {
      cure: 'Read it as bytes.',
    });
  }
  const index = new Int32Array((kinds.at(-1) ?? 0) + 1).fill(-1);
  kinds.forEach((code, i) => (index[code] = i));
  const tokensOf = (source: Uint32Array | Uint8Array): Int32Array => {
    const tokens = new Int32Array(source.length);
    for (let i = 0; i < tokens.length; i++) tokens[i] = index[source[i] ?? 0] ?? -1;
    return tokens;
  };
  return ok({
    size: kinds.length,
    codes: kinds,
    tokens: tokensOf(codes),
    encode: (prompt) => {
      const source = unit === 'bytes' ? new TextEncoder().encode(prompt) : codePoints(prompt);
      const tokens = tokensOf(source);
      const missing = tokens.indexOf(-1);
      if (missing < 0) return ok(tokens);
      const symbol = JSON.stringify(String.fromCodePoint(source[missing] ?? 0));
      return fail(
        'bad-input',
        `The prompt must use characters of the text, got ${symbol}, which the text does not have.`,
        { field: 'prompt' },
      );
    },
    decode: (tokens) =>
      unit === 'bytes'
        ? decodeBytes(tokens, kinds)
        : Array.from(tokens, (token) => String.fromCodePoint(kinds[token] ?? 0xfffd)).join(''),
  });
}

/** In ascending order. */
function distinct(codes: Uint32Array | Uint8Array): number[] {
  let largest = 0;
  for (let i = 0; i < codes.length; i++) largest = Math.max(largest, codes[i] ?? 0);
  const seen = new Uint8Array(largest + 1);
  for (let i = 0; i < codes.length; i++) seen[codes[i] ?? 0] = 1;
  const kinds: number[] = [];
  seen.forEach((there, code) => there === 1 && kinds.push(code));
  return kinds;
}

function codePoints(text: string): Uint32Array {
  const codes = new Uint32Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0;
    codes[count++] = code;
    if (code > 0xffff) i++;
  }
  return codes.subarray(0, count);
}

function decodeBytes(tokens: ArrayLike<number>, kinds: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens, (token) => kinds[token] ?? 0x3f));
}
