// Which lines of a chart are labelled, and which parts of the names are omitted: all if they fit, else the selected and the best. Common
// parts are shown once instead. Pure.

interface Candidate {
  readonly key: string;
  /** `minGRU · d 32 · lr 3e-3`. */
  readonly label: string;
  readonly selected: boolean;
}

export interface Labels {
  /** The label of each named line, by its key. */
  readonly tags: ReadonlyMap<string, string>;
  /** Parts of a name that all named lines have. */
  readonly shared: readonly string[];
  /** Number of lines named as the best; 0 if all lines are named. */
  readonly best: number;
  readonly selected: number;
  readonly unnamed: number;
}

/** More names than this cannot be read at a glance. */
const FEW = 12;
const BEST = 5;
const separator = ' · ';

/** Parts that all names share, in the order of the first name; none if that would leave a name empty. */
export function sharedParts(names: readonly string[]): readonly string[] {
  const [first, ...others] = names.map((name) => name.split(separator));
  if (first === undefined || others.length === 0) return [];
  const shared = first.filter((part) => others.every((parts) => parts.includes(part)));
  return [first, ...others].some((parts) => parts.every((part) => shared.includes(part))) ? [] : shared;
}

function without(name: string, shared: readonly string[]): string {
  return name
    .split(separator)
    .filter((part) => !shared.includes(part))
    .join(separator);
}

/** `lines` come best first; `room` is how many names fit. */
export function chooseLabels(lines: readonly Candidate[], room: number): Labels {
  const all = lines.length <= Math.min(room, FEW);
  const selected = all ? [] : lines.filter((line) => line.selected).slice(0, room);
  const others = all ? lines : lines.filter((line) => !line.selected);
  const best = all ? others : others.slice(0, Math.min(BEST, room - selected.length));
  const named = new Set([...selected, ...best]);
  // In the order of the lines; if there is no room, the last are dropped first.
  const chosen = lines.filter((line) => named.has(line));
  const shared = sharedParts(chosen.map(({ label }) => label));
  return {
    tags: new Map(chosen.map(({ key, label }) => [key, without(label, shared)])),
    shared,
    best: all ? 0 : best.length,
    selected: selected.length,
    unnamed: lines.length - chosen.length,
  };
}
