// Initialisers of filters that are functions of the position: features of the position, and the frequency of the sines that read them.
import { define } from './define.ts';

/** f_b: `bands` numbers in even steps from 1e-4 to bands - 1. */
export const frequencies = (bands: number): readonly number[] =>
  Array.from({ length: bands }, (_, b) => 1e-4 + (b * (bands - 1 - 1e-4)) / Math.max(1, bands - 1));

/** t, cosines and negative sines of position n of `length`. */
function filterFeatures(n: number, length: number, bands: number): readonly number[] {
  const angles = frequencies(bands).map((f) => (f * 2 * Math.PI * n) / length);
  return [n / Math.max(1, length - 1), ...angles.map(Math.cos), ...angles.map((angle) => -Math.sin(angle))];
}

export const filter = {
  'filter-features': define<{ readonly length: number; readonly bands: number }>({
    formula: 'n / (L - 1), cos(f_b w_n), -sin(f_b w_n), w_n = 2 pi n / L, f_b in even steps from 1e-4 to bands - 1',
    source: 'Poli et al. 2023, arXiv 2302.10866; HazyResearch/safari standalone_hyena.py',
    law: ({ length, bands }) => ({
      kind: 'listed',
      values: Array.from({ length }, (_, n) => filterFeatures(n, length, bands)).flat(),
    }),
  }),
  'sine-frequency': define<{ readonly frequency: number }>({
    formula: 'the given frequency',
    source: 'Poli et al. 2023, arXiv 2302.10866; HazyResearch/safari standalone_hyena.py (w)',
    law: ({ frequency }) => ({ kind: 'constant', value: frequency }),
  }),
} as const;
