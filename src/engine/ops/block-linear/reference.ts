// The definition of blockLinear and blockLinearGrad: row by row, block by block.
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { blocksOf } from './sizes.ts';

/** Every product of a weight: its place, and those of the numbers that it joins. */
function eachProduct(
  x: ReferenceTensor,
  weight: ReferenceTensor,
  visit: (y: number, w: number, x: number) => void,
): void {
  const { G, O, I } = blocksOf(weight);
  const rows = x.data.length / (G * I);
  for (let row = 0; row < rows; row++)
    for (let g = 0; g < G; g++)
      for (let o = 0; o < O; o++)
        for (let i = 0; i < I; i++) visit((row * G + g) * O + o, (g * O + o) * I + i, (row * G + g) * I + i);
}

export const blockLinearReference: ReferenceKernel<object> = ([x, weight], [y]) => {
  y.data.fill(0);
  eachProduct(x, weight, (to, by, from) => (y.data[to] += weight.data[by] * x.data[from]));
};

export const blockLinearGradReference: ReferenceKernel<object> = ([x, weight, dy], [dx, dweight]) => {
  dx.data.fill(0);
  dweight.data.fill(0);
  eachProduct(x, weight, (to, by, from) => {
    dx.data[from] += weight.data[by] * dy.data[to];
    dweight.data[by] += dy.data[to] * x.data[from];
  });
};
