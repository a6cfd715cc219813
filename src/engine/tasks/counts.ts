// Counters by token. A place outside them is a bug and said, never a zero.

type Counts = Float64Array | Int32Array;

/** What is at a place that must be there. */
export function countAt(counts: Counts, at: number): number {
  const count = counts[at];
  if (count === undefined) throw new Error(`counts: a place below ${counts.length} is required, got ${at}`);
  return count;
}

export function addOne(counts: Counts, at: number): void {
  counts[at] = countAt(counts, at) + 1;
}
