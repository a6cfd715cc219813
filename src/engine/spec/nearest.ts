// Suggests the known name for a misspelt one.
import { asIs, type Message, type MessageValue, say, unsaid } from '../core/say.ts';

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/**
 * The candidate with the smallest edit distance (ignoring case), if it is close enough to be a typo; else null. Of several that differ only
 * in case, the most similar one.
 */
export function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(name.length / 2)) + 1;
  for (const candidate of candidates) {
    // Less than one for any difference in case, which only breaks ties.
    const length = Math.max(name.length, candidate.length, 1);
    const d = distance(foldName(name), foldName(candidate)) + distance(name, candidate) / (2 * length);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** The same key for names that differ only in case or in the encoding of accents. Uses upper case, since ß and ſ have no capitals of their own. */
export const foldName = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

/**
 * The names a person may mean: the exact match; else all that differ only in case or in the encoding of accents; none if nothing fits.
 */
export function matchName<T>(items: readonly T[], nameOf: (item: T) => string, wanted: string): readonly T[] {
  const rules: readonly ((name: string) => boolean)[] = [
    (name) => name === wanted,
    (name) => name.normalize('NFC') === wanted.normalize('NFC'),
    (name) => foldName(name) === foldName(wanted),
  ];
  for (const fits of rules) {
    const found = items.filter((item) => fits(nameOf(item)));
    if (found.length > 0) return found;
  }
  return [];
}

const longestSlip = 100;

/** `unknown model "mingur"; did you mean "minGru"? Known: …`. */
export function unknownName(what: MessageValue, given: string, known: readonly string[]): Message {
  // A very long name is not a typo, and comparing it would take too long.
  const name = given.length > longestSlip ? `${given.slice(0, longestSlip)}…` : given;
  const guess = given.length > longestSlip ? null : nearest(name, known);
  const hint = guess === null ? unsaid : say` Did you mean "${asIs(guess)}"?`;
  return say`Unknown ${what} "${asIs(name)}".${hint} Known: ${asIs(known.join(', '))}.`;
}
