// Where the runs really ran, as columns of the run table: what `auto` and 0 threads became. Pure.
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

/** All when a person asks for them, else those in which the runs differ: their speeds compare machines, too. */
export function ranColumns(runs: readonly RunState[], asked: boolean): readonly RanColumn[] {
  if (asked) return all;
  return all.filter(({ of }) => new Set(runs.map(of).filter((value) => value !== null)).size > 1);
}

/** What the table sorts by in one of these columns; null for a column that is none of them. */
export const ranValue = (run: RunState, id: string): string | number | null =>
  all.find((one) => one.id === id)?.of(run) ?? null;
