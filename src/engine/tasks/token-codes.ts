// GPT-2's byte-pair tokens (r50k), from a package that contains its vocabulary: text to codes and back, and how many bytes a code
// stands for. Its tables are made when first asked for. The one file of the engine that uses a package: the vocabulary is its data.
import ranks from 'gpt-tokenizer/bpeRanks/r50k_base';
import { GptEncoding } from 'gpt-tokenizer/GptEncoding';

let made: GptEncoding | null = null;
const encoding = (): GptEncoding => (made ??= GptEncoding.getEncodingApi('r50k_base', () => ranks));

const encoder = new TextEncoder();

let known: { readonly text: string; readonly codes: Uint32Array } | null = null;

/** `codes` were cut from `text` before: asking for them costs nothing until another text is remembered. */
export function rememberTokens(text: string, codes: Uint32Array): void {
  known = { text, codes };
}

export const knowsTokens = (text: string): boolean => known?.text === text;

/** Names of special tokens in a text are treated as ordinary text. */
export const tokenCodes = (text: string): Uint32Array =>
  known?.text === text ? known.codes : Uint32Array.from(encoding().encode(text, { disallowedSpecial: new Set() }));

/** Whether `codes` are tokens that make this text. */
export const spells = (codes: Uint32Array, text: string): boolean =>
  codes.every((code) => ranks[code] !== undefined) && textOfTokens(codes) === text;

export const textOfTokens = (codes: Iterable<number>): string => encoding().decode([...codes]);

/** Bytes of UTF-8 that a code stands for. */
export function bytesOfToken(code: number): number {
  const token = ranks[code];
  if (token === undefined) return 0;
  return typeof token === 'string' ? encoder.encode(token).length : token.length;
}
