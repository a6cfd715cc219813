// What the picker says of a layer: counted by hand for one, and for every model what its own state says.
import { describe, expect, it } from 'vitest';
import { cached } from '../verify/mixers/cached.ts';
import { mixerSize } from './mixer-size.ts';
import { models } from './registry.ts';

describe('the size of a layer', () => {
  it('of a GRU is 3H(D + H + 2) weights and H numbers of state', () => {
    expect(mixerSize(models.gru, 5, 7)).toEqual({ weights: 3 * 7 * (5 + 7 + 2), state: 7, growth: 0 });
  });

  it('of a model with a cache grows by one row of it a step', () => {
    const [slot] = cached.state({
      width: 4,
      hidden: 6,
      longest: 10,
      implementation: '',
      layer: 0,
      layers: 1,
      values: {},
    });
    const row = (slot?.shape.at(-1) ?? 0) + 6 + 1;
    expect(mixerSize(cached, 4, 6)).toMatchObject({ growth: row, state: expect.any(Number) as number });
  });

  it('is known of every model at any width it does not refuse', () => {
    for (const [kind, model] of Object.entries(models)) {
      for (const width of [1, 6, 64]) {
        const size = mixerSize(model, width, 2 * width);
        if (size === null) continue;
        expect(size.weights, kind).toBeGreaterThan(0);
        expect(size.state + size.growth, kind).toBeGreaterThan(0);
      }
    }
  });
});
