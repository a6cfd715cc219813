// Elements that must be there. An index outside, or another number of them, is a bug and throws; nothing is read as zero.

export function itemAt<T>(list: ArrayLike<T>, at: number): T {
  const item = list[at];
  if (item === undefined) throw new Error(`items: a place below ${list.length} is required, got ${at}`);
  return item;
}

type Tuple<T, Count extends number, Items extends readonly T[] = readonly []> = Items['length'] extends Count
  ? Items
  : Tuple<T, Count, readonly [...Items, T]>;

/** A list that must have this many elements, to be taken apart by name. */
export function itemsOf<T, Count extends number>(list: readonly T[], count: Count): Tuple<T, Count> {
  if (list.length !== count) throw new Error(`items: ${count} are required, got ${list.length}`);
  return list as unknown as Tuple<T, Count>;
}
