// GPT-2's byte-pair tokens (r50k), from a package that contains its vocabulary: text to codes and back, and how many bytes a code
// stands for. Its tables are made when first asked for. The one file of the engine that uses a package: the vocabulary is its data.
import ranks from 'gpt-tokenizer/bpeRanks/r50k_base';
import { GptEncoding } from 'gpt-tokenizer/GptEncoding';

let made: GptEncoding | null = null;
const encoding = (): GptEncoding => (made ??= GptEncoding.getEncodingApi('r50k_base', () => ranks));

const encoder = new TextEncoder();

/** Names of special tokens in a text are treated as ordinary text. */
export const tokenCodes = (text: string): Uint32Array =>
  Uint32Array.from(encoding().encode(text, { disallowedSpecial: new Set() }));

export const textOfTokens = (codes: Iterable<number>): string => encoding().decode([...codes]);

/** Bytes of UTF-8 that a code stands for. */
export function bytesOfToken(code: number): number {
  const token = ranks[code];
  if (token === undefined) return 0;
  return typeof token === 'string' ? encoder.encode(token).length : token.length;
}
