// Cases of blockLinear: blocks of one number, of the four of mLSTM, and of no multiple of a vector, small and wide; rows around the sixteen of its kernels.
import { normal, type OpCase } from '../cases.ts';

const sizes: readonly (readonly [shape: readonly number[], G: number, O: number, I: number])[] = [
  [[1], 1, 1, 1],
  [[2, 5], 3, 4, 4],
  [[16], 17, 4, 4],
  [[2, 33], 5, 4, 4],
  [[3, 7], 2, 3, 5],
  [[130], 2, 7, 2],
  [[2, 33], 3, 37, 18],
  [[417], 2, 16, 33],
];

export const blockLinearCases = (): readonly OpCase<'blockLinear'>[] =>
  sizes.map(([leading, G, O, I]) => ({
    name: `blockLinear [${leading.join(', ')}], ${G} blocks of ${O} x ${I}`,
    attrs: {},
    inputs: [normal(...leading, G * I), normal(G, O, I)],
  }));
