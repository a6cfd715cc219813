// A hung engine is detected, and no engine counts as hung because the watchdog itself was suspended.
import { english } from '../../engine/core/say.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwakeTime } from './awake.ts';
import { Vigil } from './vigil.ts';

const hour = 3_600_000;
const patience = { silent: 15_000, idle: 30_000 };

/** Looks once a second for `seconds`, with what happens before each look. */
function watch(vigil: Vigil, from: number, seconds: number, before: (second: number) => void): string | null {
  for (let second = 1; second <= seconds; second++) {
    before(second);
    const verdict = vigil.look(from + 1000 * second);
    if (verdict !== null) return english(verdict);
  }
  return null;
}

describe('vigil', () => {
  it('finds an engine without a pulse in 15 s, and one that computes nothing in its own time', () => {
    expect(watch(new Vigil(() => patience, 0), 0, 14, () => undefined)).toBeNull();
    expect(watch(new Vigil(() => patience, 0), 0, 16, () => undefined)).toBe('it sent no heartbeat for 15 s');
    const hung = new Vigil(() => patience, 0);
    expect(watch(hung, 0, 60, () => hung.pulse('7'))).toBe('it computed nothing for 30 s');
  });

  it('lets a step take as long as it takes while ops are counted, and an engine that was asked nothing rest', () => {
    const working = new Vigil(() => patience, 0);
    expect(watch(working, 0, 7200, (second) => working.pulse(String(second)))).toBeNull();
    const resting = new Vigil(() => ({ silent: 15_000, idle: Infinity }), 0);
    expect(watch(resting, 0, 7200, () => resting.pulse('7'))).toBeNull();
  });

  it('takes the count from the moment on in which something is asked', () => {
    let asked = false;
    const vigil = new Vigil(() => ({ silent: 15_000, idle: asked ? 30_000 : Infinity }), 0);
    expect(watch(vigil, 0, 600, () => vigil.pulse('7'))).toBeNull();
    asked = true;
    expect(watch(vigil, 600_000, 29, () => vigil.pulse('7'))).toBeNull();
  });

  it('forgives whatever gap there was between two looks, in any number: a gap counts as one late look', () => {
    const gaps = fc.array(fc.integer({ min: 2000, max: 24 * hour }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(gaps, (lengths) => {
        const vigil = new Vigil(() => patience, 0);
        let now = 0;
        for (const gap of lengths) expect(vigil.look((now += gap))).toBeNull();
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('ignores a clock that goes back', () => {
    const time = new AwakeTime(2000, 5 * hour);
    expect([time.look(4 * hour), time.look(4 * hour + 700)]).toEqual([0, 700]);
  });
});
