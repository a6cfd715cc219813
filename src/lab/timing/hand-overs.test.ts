// Time between turns is measured, and a pause does not count.
import { describe, expect, it } from 'vitest';
import { HandOvers } from './hand-overs.ts';

describe('HandOvers', () => {
  it('comes to the share of time that no run accounts for', () => {
    let now = 0;
    const handOvers = new HandOvers(() => now);
    expect(handOvers.stretch).toBe(1);
    handOvers.from('baton');
    for (let turn = 0; turn < 400; turn++) {
      now += 750;
      handOvers.turn('baton', 0.5);
    }
    expect(handOvers.stretch).toBeCloseTo(1.5, 1);
  });

  it('counts no pause, nothing a person asked for, and nothing before the first turn of a line', () => {
    let now = 0;
    const handOvers = new HandOvers(() => now);
    now += 60_000;
    handOvers.turn('a', 1);
    handOvers.keep(new Set());
    now += 60_000;
    handOvers.turn('a', 1);
    now += 60_000;
    handOvers.from('a');
    now += 1000;
    handOvers.turn('a', 1);
    expect(handOvers.stretch).toBe(1);
  });
});
