// Empty cells where a printed table repeats the row above.
import { expect, it } from 'vitest';
import { withoutRepeats } from './repeats.ts';

it('leaves out what repeats from the left on, and says where a group begins', () => {
  const rows = [
    ['GAU', '128', 'a'],
    ['GAU', '128', 'b'],
    ['GAU', '512', 'b'],
    ['LRU', '512', 'b'],
  ];
  expect(withoutRepeats(rows)).toEqual([
    { cells: ['GAU', '128', 'a'], begins: false },
    { cells: ['', '', 'b'], begins: false },
    { cells: ['', '512', 'b'], begins: true },
    { cells: ['LRU', '512', 'b'], begins: true },
  ]);
});

it('keeps a row that is the same as the one above', () => {
  expect(withoutRepeats([['a'], ['a']])[1]?.cells).toEqual(['a']);
});
