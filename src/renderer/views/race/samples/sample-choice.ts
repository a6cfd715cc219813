// Which of the stored samples are shown: those that were asked for in the same way, at a step. Pure.
import type { RunId, SampleMark } from '../../../../protocol/state.ts';

/** How samples that are side by side were asked for. */
export interface Asked {
  readonly prompt: string;
  readonly temperature: number;
  readonly seed: number;
}

const same = (mark: SampleMark, asked: Asked): boolean =>
  mark.prompt === asked.prompt && mark.temperature === asked.temperature && mark.seed === asked.seed;

export type Marks = ReadonlyMap<RunId, readonly SampleMark[]>;

/** Every step at which any of the runs wrote so, ascending. */
export function stepsOf(marks: Marks, runs: readonly RunId[], asked: Asked): readonly number[] {
  const steps = runs.flatMap((run) => (marks.get(run) ?? []).filter((mark) => same(mark, asked)));
  return [...new Set(steps.map(({ step }) => step))].sort((a, b) => a - b);
}

/** What a run wrote last at or before the step; of several at one step the newest. Null before its first. */
export function markAt(marks: readonly SampleMark[], asked: Asked, step: number): SampleMark | null {
  let found: SampleMark | null = null;
  for (const mark of marks) {
    if (!same(mark, asked) || mark.step > step) continue;
    if (found === null || mark.step > found.step || (mark.step === found.step && mark.id > found.id)) found = mark;
  }
  return found;
}

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

/** Line breaks and blanks as signs, where a symbol is alone. */
export const visibleSymbol = (symbol: string): string =>
  symbol.replaceAll('\n', '↵').replaceAll(' ', '␣').replaceAll('\t', '⇥');
