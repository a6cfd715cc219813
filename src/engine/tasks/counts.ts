// Counters by token. An index outside them is a bug and throws; it never reads as zero.

type Counts = Float64Array | Int32Array;

/** The element at an index that must exist. */
export function countAt(counts: Counts, at: number): number {
  const count = counts[at];
  if (count === undefined) throw new Error(`counts: a place below ${counts.length} is required, got ${at}`);
  return count;
}

export function addOne(counts: Counts, at: number): void {
  counts[at] = countAt(counts, at) + 1;
}
