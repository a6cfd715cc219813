// An element that must be there. An index outside is a bug and throws; it never reads as zero.

export function itemAt<T>(list: ArrayLike<T>, at: number): T {
  const item = list[at];
  if (item === undefined) throw new Error(`items: a place below ${list.length} is required, got ${at}`);
  return item;
}
