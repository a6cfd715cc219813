// An interval for the mean of values between two bounds that assumes nothing about their shape: quantiles of Dirichlet weighted sums of the values
// and one bound (docs/user/statistics.md). For zeros and ones it is Clopper and Pearson's. Exact: no random numbers. Pure.
import { itemAt } from '../../core/item.ts';
import { ascending, type Interval } from './sample.ts';

/** P(sum D_j t_j > x) with equal Dirichlet weights over sorted atoms: divided differences of a truncated power, which are spline recursions. */
function above(atoms: readonly number[], x: number): number {
  let row = atoms.map((atom): number => (atom > x ? 1 : 0));
  for (let width = 1; width < atoms.length; width++) {
    row = row.slice(0, -1).map((left, i) => {
      const [low, high] = [itemAt(atoms, i), itemAt(atoms, i + width)];
      if (x < low) return 1;
      if (x >= high) return 0;
      return ((high - x) * itemAt(row, i + 1) + (x - low) * left) / (high - low);
    });
  }
  return itemAt(row, 0);
}

function quantile(values: readonly number[], p: number): number {
  const atoms = ascending(values);
  let [low, high] = [itemAt(atoms, 0), itemAt(atoms, atoms.length - 1)];
  for (let halving = 0; halving < 200 && low < high; halving++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (above(atoms, middle) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Of at least one value between `lo` and `hi`. */
export function boundedMeanInterval(values: readonly number[], level: number, lo: number, hi: number): Interval {
  const outside = values.find((value) => !(value >= lo && value <= hi));
  if (outside !== undefined) throw new Error(`bounded mean: values from ${lo} to ${hi} are required, got ${outside}`);
  return [quantile([lo, ...values], (1 - level) / 2), quantile([...values, hi], (1 + level) / 2)];
}
