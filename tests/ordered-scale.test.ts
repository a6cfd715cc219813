// The ordered scale is perceptually ordered in every theme, also between its steps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourParts, cssColour, orderedColour } from '../src/renderer/identity/identity.ts';
import { mixColours, oklabOf } from '../src/renderer/charts/colour-mix.ts';

const sheet = ['tokens', 'tokens-contrast']
  .map((name) => readFileSync(join(import.meta.dirname, '..', `src/renderer/styles/${name}.css`), 'utf8'))
  .join('\n');
/** The scale of each theme, in the order of the file. */
const scales = [...sheet.matchAll(/((?:--ord-\d: #[0-9a-f]{6};\s*){5})/g)].map(([text]) =>
  [...text.matchAll(/#[0-9a-f]{6}/g)].map(([hex]) => hex),
);
const lightness = (hex: string): number => oklabOf(hex)?.[0] ?? Number.NaN;

function resolve(colour: string, scale: readonly string[]): string {
  const { from, to, share } = colourParts(colour);
  const step = (name: string): string => scale[Number(name.slice(-1)) - 1] ?? '';
  return mixColours(step(from), step(to), share);
}

describe('the ordered scale', () => {
  it('is there in all four themes', () => {
    expect(scales.map((scale) => scale.length)).toEqual([5, 5, 5, 5]);
  });
  it('gets lighter with the value, everywhere', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scales),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.03, max: 0.5, noNaN: true }),
        (scale, place, further) => {
          const [low, high] = [orderedColour(place), orderedColour(Math.min(1, place + further))];
          if (place + further <= 1)
            expect(lightness(resolve(high, scale))).toBeGreaterThan(lightness(resolve(low, scale)));
        },
      ),
    );
  });
  it('is its own steps at their places, for canvas and style sheet', () => {
    expect([0, 0.25, 0.5, 1, -3, 9].map(orderedColour)).toEqual([
      '--ord-1',
      '--ord-2',
      '--ord-3',
      '--ord-5',
      '--ord-1',
      '--ord-5',
    ]);
    expect(cssColour('--run-3')).toBe('var(--run-3)');
    expect(cssColour(orderedColour(0.125))).toBe('color-mix(in oklab, var(--ord-1) 50%, var(--ord-2))');
  });
  it('mixes a colour with itself to itself and refuses nothing', () => {
    const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(hex, fc.double({ min: 0, max: 1, noNaN: true }), (colour, share) => {
        expect(mixColours(colour, colour, share)).toBe(colour);
      }),
    );
    expect(mixColours('red', '#fff', 0.5)).toBe('red');
  });
});
