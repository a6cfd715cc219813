// Labels of lines: the important ones are shown, and common parts are neither repeated nor lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLabels, sharedParts } from './choose-labels.ts';

const line = (label: string, selected = false) => ({ key: label, label, selected });

describe('sharedParts', () => {
  it('is what all have, but never a whole name', () => {
    expect(sharedParts(['GRU · L 2 · d 32 · lr 3e-3', 'minGRU · L 2 · d 32 · lr 5e-3'])).toEqual(['L 2', 'd 32']);
    expect(sharedParts(['minGRU', 'minGRU · lr 1e-3'])).toEqual([]);
    expect(sharedParts(['minGRU'])).toEqual([]);
  });
});

describe('chooseLabels', () => {
  it('names all where they fit', () => {
    const { tags, unnamed, best } = chooseLabels([line('minGRU · d 16'), line('minGRU · d 32')], 8);
    expect([[...tags.values()], unnamed, best]).toEqual([['d 16', 'd 32'], 0, 0]);
  });
  it('names the best five and the selected of forty, and counts the others', () => {
    const lines = Array.from({ length: 40 }, (_, at) => line(`minGRU · d 32 · lr ${at}`, at === 30));
    const labels = chooseLabels(lines, 14);
    expect([...labels.tags.values()]).toEqual(['lr 0', 'lr 1', 'lr 2', 'lr 3', 'lr 4', 'lr 30']);
    expect(labels).toMatchObject({ shared: ['minGRU', 'd 32'], best: 5, selected: 1, unnamed: 34 });
  });
  it('keeps within the room, accounts for every line, and a name with what is shared is the whole name', () => {
    const part = fc.constantFrom('minGRU', 'GRU', 'd 16', 'd 32', 'lr 1e-3', 'lr 3e-3', 'layers 2');
    const name = fc.uniqueArray(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' · '));
    const lines = fc.uniqueArray(fc.record({ label: name, selected: fc.boolean() }), {
      selector: ({ label }) => label,
      maxLength: 60,
    });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 20 }), (given, room) => {
        const all = given.map(({ label, selected }) => line(label, selected));
        const labels = chooseLabels(all, room);
        expect(labels.tags.size).toBeLessThanOrEqual(room);
        expect(labels.tags.size + labels.unnamed).toBe(all.length);
        expect(new Set(labels.tags.values()).size).toBe(labels.tags.size);
        for (const [key, tag] of labels.tags) {
          const parts = [...tag.split(' · '), ...labels.shared].sort();
          expect(tag).not.toBe('');
          expect(parts).toEqual(key.split(' · ').sort());
        }
      }),
    );
  });
});
