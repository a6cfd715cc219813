// Looks of runs: a model has its own look, and no other run has the look of a model.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDENTITY_COLOURS, identitiesFor } from './identities.ts';
import { identityOf } from './look.ts';

const models = ['minGru', 'minLstm', 'gru', 'lstm', 'elman'];
const colour = (place: number): number => place % IDENTITY_COLOURS;

describe('identities of new runs', () => {
  it('gives a model the place it has among all models, in whatever order they start', () => {
    expect(identitiesFor(['gru', 'minGru'], { models, taken: [] })).toEqual([2, 0]);
    expect(identitiesFor(['minGru', 'gru'], { models, taken: [] })).toEqual([0, 2]);
  });
  it('gives further variants of a model the colours that no model has, then its own with another dash', () => {
    expect(identitiesFor(Array<string>(7).fill('gru'), { models, taken: [] })).toEqual([2, 5, 6, 7, 10, 18, 26]);
  });
  it('gives them its colour even where the models have all colours and dashes, and no look of a model', () => {
    const many = Array.from({ length: 32 }, (_, at) => `model ${at}`);
    const places = identitiesFor(Array<string>(9).fill('model 9'), { models: many, taken: [] });
    expect(places.map(colour)).toEqual(Array(9).fill(1));
    const look = (place: number): string => JSON.stringify(identityOf(place));
    expect(new Set([...many.keys(), ...places.slice(1)].map(look)).size).toBe(32 + 8);
  });
  it('never gives a place twice, and never the plain look of one model to another', () => {
    const variants = fc.array(fc.constantFrom(...models, 'unknown'), { maxLength: 80 });
    fc.assert(
      fc.property(variants, fc.uniqueArray(fc.nat(60)), (kinds, taken) => {
        const places = identitiesFor(kinds, { models, taken });
        expect(new Set([...places, ...taken]).size).toBe(places.length + taken.length);
        for (const [at, place] of places.entries()) if (place < models.length) expect(models[place]).toBe(kinds[at]);
        // The first 32 looks differ; within them a dashed look has the colour of its own model or of none, while one was free.
        const few = kinds.filter((kind) => kind === 'gru').slice(0, 4);
        const looks = identitiesFor(few, { models, taken: [] }).map(colour);
        expect(new Set(looks).size).toBe(few.length);
      }),
    );
  });
});
