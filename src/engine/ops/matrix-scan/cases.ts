// Cases of matrixScan: matrices small enough that products over many steps stay tame.
import { normal, small, type OpCase } from '../cases.ts';

const sequences: readonly (readonly [batch: number, time: number, width: number])[] = [
  [1, 1, 1],
  [1, 2, 5],
  [3, 63, 3],
  [1, 65, 4],
  [2, 5, 9],
  [2, 3, 33],
  [43, 2, 6],
];

export const matrixScanCases = (): readonly OpCase<'matrixScan'>[] =>
  sequences.map(([b, t, h]) => ({
    name: `matrixScan [${b}, ${t}, ${h}]`,
    attrs: {},
    inputs: [small(b, t, h * h), normal(b, t, h)],
    wanted: [1],
  }));
