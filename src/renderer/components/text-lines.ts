// A text of symbols as lines of letters, and the display of single symbols. Pure.

/** The letters of a text in lines, each with its place among the symbols. */
export function linesOf(
  symbols: readonly string[],
): readonly (readonly { readonly at: number; readonly text: string }[])[] {
  const lines: { at: number; text: string }[][] = [[]];
  symbols.forEach((symbol, at) => {
    symbol.split('\n').forEach((text, part) => {
      if (part > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ at, text });
    });
  });
  return lines;
}

/** Line breaks and spaces as visible signs, for a single symbol. */
export const visibleSymbol = (symbol: string): string =>
  symbol.replaceAll('\n', '↵').replaceAll(' ', '␣').replaceAll('\t', '⇥');
