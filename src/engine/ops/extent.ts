// One extent of a shape pattern: a sum of products of letters and numbers, `2H`, `K-1`, `H*N`, `3*D+1`. Worked out where its letters are
// known, solved for the one that is not. Knows no shape.

/** factor x the product of letters. */
interface Term {
  readonly factor: number;
  readonly letters: readonly string[];
}

export type Extent = readonly Term[];

const termForm = /^(\d+)?\*?([A-Z](?:\*[A-Z])*)?$/;

/** The extent a token writes; throws where it writes none. */
export function readExtent(token: string): Extent {
  const text = token.replaceAll(' ', '');
  const pieces = text.match(/[+-]?[^+-]+/g) ?? [];
  const terms = pieces.map((piece): Term | null => {
    const match = termForm.exec(piece.replace(/^[+-]/, ''));
    if (match === null || (match[1] === undefined && match[2] === undefined)) return null;
    const sign = piece.startsWith('-') ? -1 : 1;
    return { factor: sign * Number(match[1] ?? 1), letters: match[2]?.split('*') ?? [] };
  });
  const known = terms.filter((term) => term !== null);
  if (known.length === 0 || known.length < terms.length || pieces.join('') !== text)
    throw new Error(`shapeRule: an extent must be like 2H, K-1, H*N, 3*D or 4, got ${token}`);
  return known;
}

const valueOf = ({ factor, letters }: Term, known: ReadonlyMap<string, number>): number | null =>
  letters.reduce<number | null>((product, letter) => {
    const value = known.get(letter);
    return product === null || value === undefined ? null : product * value;
  }, factor);

/** Its value; null while a letter has none. */
export function extentValue(extent: Extent, known: ReadonlyMap<string, number>): number | null {
  return extent.reduce<number | null>((sum, term) => {
    const value = valueOf(term, known);
    return sum === null || value === null ? null : sum + value;
  }, 0);
}

/**
 * `settled` = all letters have values and give `value`; the one letter that had none, which now has one; `open` while several have none, or
 * one stands in it twice; `never` where no whole positive number does.
 */
export function solveExtent(
  extent: Extent,
  value: number,
  known: ReadonlyMap<string, number>,
): 'settled' | 'open' | 'never' | { readonly letter: string; readonly value: number } {
  const now = extentValue(extent, known);
  if (now !== null) return now === value ? 'settled' : 'never';
  const missing = extent.flatMap(({ letters }) => letters.filter((letter) => !known.has(letter)));
  const [letter, ...more] = missing;
  if (letter === undefined || more.length > 0) return 'open';
  const one = new Map([...known, [letter, 1]]);
  const none = new Map([...known, [letter, 0]]);
  const constant = extentValue(extent, none) ?? NaN;
  const solved = (value - constant) / ((extentValue(extent, one) ?? NaN) - constant);
  return Number.isInteger(solved) && solved > 0 ? { letter, value: solved } : 'never';
}
