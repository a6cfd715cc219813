// Known answers from Random123, and the properties of a stream: same key, same draws; the distributions that the names say.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { philox4x32, RandomStream, streamOf } from './philox.ts';

function block(words: readonly number[], key: readonly [number, number]): string[] {
  const counter = Uint32Array.from(words);
  philox4x32(counter, key[0], key[1]);
  return Array.from(counter, (word) => word.toString(16).padStart(8, '0'));
}

// Random123, tests/kat_vectors, philox4x32 with 10 rounds.
test('known answers of Random123', () => {
  const ones = 0xffffffff;
  expect(block([0, 0, 0, 0], [0, 0])).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
  expect(block([ones, ones, ones, ones], [ones, ones])).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']);
  expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
    'd16cfe09',
    '94fdcceb',
    '5001e420',
    '24126ea1',
  ]);
});

test('a stream repeats under the same seed, name and step, and differs under another', () => {
  const draw = (seed: number, name: string, step: number) => {
    const stream = new RandomStream(seed, name, step);
    return Array.from({ length: 9 }, () => stream.word());
  };
  expect(draw(1, 'weights', 5)).toEqual(draw(1, 'weights', 5));
  for (const other of [
    draw(2, 'weights', 5),
    draw(1, 'data', 5),
    draw(1, 'weights', 6),
    draw(1, 'weights', 5 + 2 ** 32),
  ]) {
    expect(other).not.toEqual(draw(1, 'weights', 5));
  }
});

test('below stays in its range, and choose takes different items', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.nat(), (bound, seed) => {
      const value = new RandomStream(seed, 'below').below(bound);
      return Number.isInteger(value) && value >= 0 && value < bound;
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), (size, seed) => {
      const chosen = new RandomStream(seed, 'choose').choose(size, size);
      return new Set(chosen).size === size && chosen.every((item) => item >= 0 && item < size);
    }),
  );
});

test('moments of uniform and normal draws', () => {
  const stream = new RandomStream(42, 'moments');
  const count = 40_000;
  const mean = (draw: () => number) =>
    Array.from({ length: count }, draw).reduce((sum, value) => sum + value, 0) / count;
  expect(mean(() => stream.uniform())).toBeCloseTo(0.5, 1);
  expect(mean(() => stream.normal())).toBeCloseTo(0, 1);
  expect(mean(() => stream.normal() ** 2)).toBeCloseTo(1, 1);
});

test('stream numbers are FNV-1a of the name', () => {
  expect(streamOf('')).toBe(0x811c9dc5);
  expect(streamOf('a')).toBe(0xe40c292c);
});
