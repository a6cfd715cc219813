// dropout in the language of kernels: an element is kept where its random word reaches the threshold.
import { input, mul, reaches, select } from '../../kernel/expr.ts';
import { defineMap, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

/** Words below this are dropped: rate as a fraction of 2^32. */
export const dropoutThreshold = (rate: number): number => Math.floor(rate * 4294967296);

export const dropoutKernel = defineMap({
  name: 'dropout',
  tensors: ['x'],
  attributes: ['scale'],
  random: { word: 'word', counter: 'counter', threshold: 'threshold' },
  results: { y: select(reaches(input('word'), input('threshold')), mul(input('x'), input('scale')), 0) },
});

export const dropoutMap: MapOf<OpAttrs['dropout']> = ({ rate, stream }) => ({
  kernel: dropoutKernel,
  values: { scale: 1 / (1 - rate) },
  draw: { stream, threshold: dropoutThreshold(rate) },
});
