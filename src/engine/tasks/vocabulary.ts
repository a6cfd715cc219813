// Text to symbols and back: the distinct characters, bytes or byte-pair tokens of a text in code order.
import { itemAt } from '../core/item.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import { bytesOfToken, textOfTokens, tokenCodes } from './token-codes.ts';

export interface Vocabulary {
  readonly size: number;
  /** The code point, byte or token of each symbol, ascending. */
  readonly codes: readonly number[];
  /** Bytes of UTF-8 that a symbol stands for. */
  bytesOf(symbol: number): number;
  /** The whole text as tokens. */
  readonly tokens: Int32Array;
  /** Refuses characters that the text does not have, naming the first. */
  readonly encode: (text: string) => Result<Int32Array>;
  readonly decode: (tokens: ArrayLike<number>) => string;
}

const mostKinds = 65536;

export type TextUnit = 'characters' | 'bytes' | 'tokens';

/** The unit that a task reads; characters by default. */
export const textUnit = (value: unknown): TextUnit => (value === 'bytes' || value === 'tokens' ? value : 'characters');

let newest: { readonly text: string; readonly unit: TextUnit; readonly vocabulary: Result<Vocabulary> } | null = null;

/**
 * Reads `text` as characters (Unicode code points), UTF-8 bytes or GPT-2's tokens. The latest vocabulary is cached: checking an experiment
 * asks for the same one for each variant.
 */
export function makeVocabulary(text: string, unit: TextUnit): Result<Vocabulary> {
  if (newest?.text !== text || newest.unit !== unit) newest = { text, unit, vocabulary: readVocabulary(text, unit) };
  return newest.vocabulary;
}

function readVocabulary(text: string, unit: TextUnit): Result<Vocabulary> {
  const codes = codesOf(text, unit);
  const kinds = distinct(codes);
  if (kinds.length > mostKinds) {
    return fail('bad-input', say`A text must have at most ${mostKinds} kinds of characters, got ${kinds.length}.`, {
      cure: say`Read it as bytes.`,
    });
  }
  const index = new Int32Array((kinds.at(-1) ?? 0) + 1).fill(-1);
  kinds.forEach((code, i) => (index[code] = i));
  const tokensOf = (source: Codes): Int32Array => {
    const tokens = new Int32Array(source.length);
    for (let i = 0; i < tokens.length; i++) tokens[i] = index[itemAt(source, i)] ?? -1;
    return tokens;
  };
  return ok({
    size: kinds.length,
    codes: kinds,
    tokens: tokensOf(codes),
    encode: (prompt) => {
      const source = codesOf(prompt, unit);
      const tokens = tokensOf(source);
      const missing = tokens.indexOf(-1);
      if (missing < 0) return ok(tokens);
      const code = itemAt(source, missing);
      const symbol = JSON.stringify(unit === 'tokens' ? textOfTokens([code]) : String.fromCodePoint(code));
      const message =
        unit === 'tokens'
          ? say`The prompt must use tokens of the text, got ${asIs(symbol)}, which the text does not have.`
          : say`The prompt must use characters of the text, got ${asIs(symbol)}, which the text does not have.`;
      return fail('bad-input', message, { field: 'prompt' });
    },
    bytesOf: (symbol) => bytesOfCode(itemAt(kinds, symbol), unit),
    decode: (tokens) => decodeTokens(tokens, kinds, unit),
  });
}

type Codes = Uint32Array | Uint8Array;

function codesOf(text: string, unit: TextUnit): Codes {
  if (unit === 'tokens') return tokenCodes(text);
  return unit === 'bytes' ? new TextEncoder().encode(text) : codePoints(text);
}

function bytesOfCode(code: number, unit: TextUnit): number {
  if (unit === 'tokens') return bytesOfToken(code);
  return unit === 'bytes' || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** In ascending order. */
function distinct(codes: Codes): number[] {
  let largest = 0;
  for (let i = 0; i < codes.length; i++) largest = Math.max(largest, itemAt(codes, i));
  const seen = new Uint8Array(largest + 1);
  for (let i = 0; i < codes.length; i++) seen[itemAt(codes, i)] = 1;
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

function decodeTokens(tokens: ArrayLike<number>, kinds: readonly number[], unit: TextUnit): string {
  if (unit === 'bytes') return decodeBytes(tokens, kinds);
  if (unit === 'tokens') return textOfTokens(Array.from(tokens, (token) => itemAt(kinds, token)));
  return Array.from(tokens, (token) => String.fromCodePoint(kinds[token] ?? 0xfffd)).join('');
}

function decodeBytes(tokens: ArrayLike<number>, kinds: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens, (token) => kinds[token] ?? 0x3f));
}
