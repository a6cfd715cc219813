// Cases of globalNorm.
import { given, normal, type OpCase } from '../cases.ts';

export const globalNormCases = (): readonly OpCase<'globalNorm'>[] => [
  { name: 'globalNorm clips', attrs: { max: 1 }, inputs: [normal(3, 5), normal(7), normal(257)] },
  { name: 'globalNorm leaves short ones', attrs: { max: 1e4 }, inputs: [normal(3, 5)] },
  { name: 'globalNorm without a limit', attrs: { max: 0 }, inputs: [normal(1), normal(2)] },
  { name: 'globalNorm of a broken gradient', attrs: { max: 0 }, inputs: [normal(5), given([1, NaN, 2])] },
  { name: 'globalNorm of an infinite gradient', attrs: { max: 1 }, inputs: [given([1, Infinity, 2])] },
];
