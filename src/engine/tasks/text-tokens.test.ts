// A text as tokens of a fixed vocabulary: read and written back whole, and compared with characters and bytes.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { bitsPerByte } from '../spec/metrics.ts';
import { charText } from './char-text.ts';
import { makeVocabulary } from './vocabulary.ts';
import { saying } from '../../../tests/support/saying.ts';

describe('text as tokens', () => {
  const source = 'The whale, the whale! Ünïcode 日本語 and 👍 too. <|endoftext|> is text. '.repeat(20);
  const task = (unit: string) => {
    const fields = { dataset: 'x', length: 8, unit, heldOut: 0.3, split: 'down', evalSequences: 4 };
    return unwrap(charText.prepare(fields, source));
  };

  it('is read and written back whole, with only the tokens that occur', () => {
    const { tokens, size, codes, decode, encode } = unwrap(makeVocabulary(source, 'tokens'));
    expect(decode(tokens)).toBe(source);
    expect(new Set(tokens).size).toBe(size);
    expect(codes).toEqual([...codes].toSorted((a, b) => a - b));
    expect(size).toBeLessThan(50);
    expect(tokens.length).toBeLessThan(source.length / 2);
    expect(unwrap(encode('The whale')).length).toBeLessThan(4);
    expect(encode('zebra')).toMatchObject({ error: { message: saying('tokens of the text') } });
  });

  it('compares with characters and bytes in bits per byte', () => {
    const held = ['characters', 'bytes', 'tokens'].map((unit) => task(unit).bytesPerToken ?? 0);
    expect(held[1]).toBe(1);
    expect(held[0]).toBeGreaterThan(1);
    expect(held[2]).toBeGreaterThan(2);
    // A uniform answer over the symbols of a byte stream has a loss of the logarithm of their number.
    expect(bitsPerByte(Math.log(256), { bytesPerToken: 1 })).toBeCloseTo(8, 12);
    for (const unit of ['characters', 'bytes', 'tokens']) {
      const { chance, bytesPerToken = 0 } = task(unit);
      const floor = bitsPerByte(chance.constant['val/loss'], { bytesPerToken });
      expect(floor).toBeGreaterThan(0.3);
      expect(floor).toBeLessThan(8);
    }
  });
});
