// The hash against Node's own, at every length around a block and with letters of several bytes.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

const nodes = (text: string): string => createHash('sha256').update(text).digest('hex');

it('is SHA-256', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  for (let length = 0; length < 200; length++) expect(sha256('x'.repeat(length))).toBe(nodes('x'.repeat(length)));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sha256(text)).toBe(nodes(text));
    }),
  );
});
