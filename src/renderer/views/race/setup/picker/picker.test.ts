// What the picker shows follows from the search and the filters alone, and what is chosen becomes rows, in order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalogue, ModelInfo } from '../../../../../engine/spec/catalogue.ts';
import { families } from '../../../../../engine/spec/families.ts';
import { addModels, groupsOf, traits } from './picker.ts';

const model = (kind: string, change: Partial<ModelInfo> = {}): ModelInfo => ({
  kind,
  title: kind,
  summary: `About ${kind}.`,
  family: 'elementwise',
  year: 2024,
  equations: [],
  paper: 'Somebody 2024',
  implementations: [{ id: 'fused', title: 'fused', help: '' }],
  fields: {},
  ...change,
});
const models = [
  model('late', { year: 2024 }),
  model('early', { year: 1997, family: 'nonlinear', paper: 'Hochreiter 1997' }),
  model('cache', { family: 'attention', year: 2017, published: { stack: 'nanogpt', expansion: 1 } }),
  model('vendor', { implementations: [{ id: 'own', title: 'own', help: '', needs: 'a library' }], year: 2016 }),
];
const sizes = { cache: { weights: 1, state: 0, growth: 8 }, late: { weights: 1, state: 4, growth: 0 } };
const known = { sizes, device: undefined };
const shown = (wish: Partial<Parameters<typeof groupsOf>[1]>): readonly string[] =>
  groupsOf(models, { search: '', family: null, traits: new Set(), ...wish }, known, ({ summary }) => summary).flatMap(
    (group) => group.models.map(({ kind }) => kind),
  );

describe('the picker', () => {
  it('lists families in their order, and models by year', () => {
    expect(shown({})).toEqual(['cache', 'vendor', 'late', 'early']);
  });

  it('finds words in any order in name, sentence, paper and year', () => {
    expect(shown({ search: '1997 hoch' })).toEqual(['early']);
    expect(shown({ search: '  LATE about ' })).toEqual(['late']);
    expect(shown({ search: 'nothing like that' })).toEqual([]);
  });

  it('leaves out what lacks a property; a size that is not known leaves none out', () => {
    expect(shown({ traits: new Set(['constant']) })).toEqual(['vendor', 'late', 'early']);
    expect(shown({ traits: new Set(['parallel']) })).toEqual(['cache', 'vendor', 'late']);
    expect(shown({ traits: new Set(['here']) })).toEqual(['cache', 'late', 'early']);
  });

  it('shows of a narrower wish only what a wider one showed', () => {
    const wishes = fc.record({
      search: fc.constantFrom('', 'a', 'e', '20'),
      family: fc.constantFrom(null, ...families),
      traits: fc.subarray([...traits]).map((some) => new Set(some)),
    });
    fc.assert(
      fc.property(wishes, (wish) => {
        const all = new Set(shown({ search: wish.search }));
        for (const kind of shown(wish)) expect(all.has(kind)).toBe(true);
      }),
    );
  });

  it('adds a row for each, in the network it was published in only if that is asked for', () => {
    const catalogue = { models } as unknown as Catalogue;
    const draft = { format: 'minrnn-experiment', version: 1, name: '', task: { id: '' }, variants: [{ model: 'x' }] };
    const added = (around: 'equal' | 'published') =>
      addModels(draft as never, ['cache', 'late'], around, catalogue).variants;
    expect(added('equal')).toEqual([{ model: 'x' }, { model: 'cache' }, { model: 'late' }]);
    expect(added('published')).toEqual([
      { model: 'x' },
      { model: 'cache', fields: { stack: 'nanogpt', expansion: 1 } },
      { model: 'late' },
    ]);
  });
});
