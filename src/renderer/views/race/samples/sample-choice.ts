// Which of the stored samples are shown: those with the same settings, at a step. Pure.
import type { RunId, SampleMark } from '../../../../protocol/state.ts';

/** The settings of samples that are shown side by side. */
export interface Asked {
  readonly prompt: string;
  readonly temperature: number;
  readonly seed: number;
}

const same = (mark: SampleMark, asked: Asked): boolean =>
  mark.prompt === asked.prompt && mark.temperature === asked.temperature && mark.seed === asked.seed;

export type Marks = ReadonlyMap<RunId, readonly SampleMark[]>;

/** Every step at which any of the runs wrote with these settings, ascending. */
export function stepsOf(marks: Marks, runs: readonly RunId[], asked: Asked): readonly number[] {
  const steps = runs.flatMap((run) => (marks.get(run) ?? []).filter((mark) => same(mark, asked)));
  return [...new Set(steps.map(({ step }) => step))].sort((a, b) => a - b);
}

/** A run's last sample at or before the step; the newest of several at one step. Null before its first. */
export function markAt(marks: readonly SampleMark[], asked: Asked, step: number): SampleMark | null {
  let found: SampleMark | null = null;
  for (const mark of marks) {
    if (!same(mark, asked) || mark.step > step) continue;
    if (found === null || mark.step > found.step || (mark.step === found.step && mark.id > found.id)) found = mark;
  }
  return found;
}
