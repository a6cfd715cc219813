// Labels must distinguish the lines: shared parts are dropped first.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortLabels } from './short-labels.ts';

/** Every letter one pixel. */
const width = (text: string): number => [...text].length;

describe('shortLabels', () => {
  it('drops what the names have in common before what sets them apart', () => {
    const names = ['minGRU · d 64 · lr 1e-3', 'minGRU · d 128 · lr 1e-3', 'GRU'];
    expect(shortLabels(names, 40, width)).toEqual(names);
    expect(shortLabels(names, 18, width)).toEqual(['… d 64 · lr 1e-3', '… d 128 · lr 1e-3', 'GRU']);
  });

  it('never gives two names one label while there are longer forms, and cuts what has no parts', () => {
    const [first, second] = shortLabels(['minGRU · seed 1', 'minLSTM · seed 1'], 9, width);
    expect(first).toBe('… seed 1');
    expect(second).not.toBe(first);
    expect(shortLabels(['a very long name given by hand'], 10, width)).toEqual(['a very lo…']);
  });

  it('keeps every label within its room and gives one a name', () => {
    const part = fc.string({ minLength: 1, maxLength: 12 });
    const names = fc.array(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' · ')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(names, fc.integer({ min: 4, max: 60 }), (given, room) => {
        const labels = shortLabels(given, room, width);
        expect(labels).toHaveLength(given.length);
        for (const label of labels) expect(width(label)).toBeLessThanOrEqual(room);
      }),
    );
  });
});
