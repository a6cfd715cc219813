// The actual device of runs as columns of the run table: what `auto` and 0 threads resolved to. Pure.
import type { RunState } from '../../../../protocol/state.ts';

export interface RanColumn {
  readonly id: 'ranDevice' | 'ranModule' | 'ranThreads';
  readonly numeric: boolean;
  /** Null before the run has started. */
  readonly of: (run: RunState) => string | number | null;
}

const all: readonly RanColumn[] = [
  { id: 'ranDevice', numeric: false, of: ({ environment }) => environment?.device ?? null },
  { id: 'ranModule', numeric: false, of: ({ environment }) => environment?.module ?? null },
  { id: 'ranThreads', numeric: true, of: ({ environment }) => environment?.threads ?? null },
];

/** All if a person asks for them, else those in which the runs differ, since their speeds are then not comparable. */
export function ranColumns(runs: readonly RunState[], asked: boolean): readonly RanColumn[] {
  if (asked) return all;
  return all.filter(({ of }) => new Set(runs.map(of).filter((value) => value !== null)).size > 1);
}

/** The sort value of one of these columns; null for other columns. */
export const ranValue = (run: RunState, id: string): string | number | null =>
  all.find((one) => one.id === id)?.of(run) ?? null;
