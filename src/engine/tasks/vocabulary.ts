// Text to tokens and back: the distinct characters (or bytes) of a text in code order.
import { fail, ok, type Result } from '../core/result.ts';

export interface Vocabulary {
  readonly size: number;
  /** The whole text as tokens. */
  readonly tokens: Int32Array;
  /** Refuses characters that the text does not have, naming the first. */
  encode(text: string): Result<Int32Array>;
  decode(tokens: ArrayLike<number>): string;
}

const mostKinds = 65536;

/** Reads `text` as characters (Unicode code points) or as UTF-8 bytes. */
export function makeVocabulary(text: string, unit: 'characters' | 'bytes'): Result<Vocabulary> {
  const codes = unit === 'bytes' ? new TextEncoder().encode(text) : codePoints(text);
  const kinds = [...new Set(codes)].sort((a, b) => a - b);
  if (kinds.length > mostKinds) {
    return fail('bad-input', `A text must have at most ${mostKinds} kinds of characters, got ${kinds.length}.`, {
      cure: 'Read it as bytes.',
    });
  }
  const index = new Map(kinds.map((code, i) => [code, i]));
  const tokensOf = (source: ArrayLike<number>): Int32Array => Int32Array.from(source, (code) => index.get(code) ?? -1);
  return ok({
    size: kinds.length,
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

function codePoints(text: string): Uint32Array {
  const codes = new Uint32Array(text.length);
  let count = 0;
  for (const symbol of text) codes[count++] = symbol.codePointAt(0) ?? 0;
  return codes.subarray(0, count);
}

function decodeBytes(tokens: ArrayLike<number>, kinds: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens, (token) => kinds[token] ?? 0x3f));
}
