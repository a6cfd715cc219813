// HiPPO-LegS without an eigen-solver: its eigenvalues are -1/2 + i w, and w solves one monotone equation per mode.

/** sum_n atan(w / (n + 1/2)), which grows from 0 to N pi / 2. */
function angle(w: number, size: number): number {
  let sum = 0;
  for (let n = 0; n < size; n++) sum += Math.atan(w / (n + 0.5));
  return sum;
}

const found = new Map<number, readonly number[]>();

/** The size / 2 positive frequencies of a state of `size`, the smallest first. Found once: a graph asks for them at every use of the weight. */
export function legsFrequencies(size: number): readonly number[] {
  const known = found.get(size) ?? solve(size);
  found.set(size, known);
  return known;
}

function solve(size: number): readonly number[] {
  return Array.from({ length: size / 2 }, (_, mode) => {
    const wanted = ((size - 1) * Math.PI) / 2 - (size / 2 - 1 - mode) * Math.PI;
    let [low, high] = [0, 4 * size * size];
    for (let i = 0; i < 200 && low < high; i++) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (angle(middle, size) < wanted) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  });
}

/** |P| of each mode: the rank-one part in the basis of the eigenvectors. */
export const legsScale = (size: number): readonly number[] =>
  legsFrequencies(size).map((w) => {
    let sum = 0;
    for (let n = 0; n < size; n++) sum += (n + 0.5) / ((n + 0.5) ** 2 + w * w);
    return 1 / Math.sqrt(sum);
  });
