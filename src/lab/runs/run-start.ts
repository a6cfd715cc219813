// Which checkpoint a run continues from. A run that must have one and has none is refused, since fresh weights under its name would be wrong.
import type { AppError } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { RunState } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';

type Marks = RunState['checkpoints'];
type Start = 'latest' | { readonly step: number };

/** Why a run can never continue: a fork whose initial checkpoint is missing, because an older version left the file half written. Else null. */
export function lostStart(run: Pick<StoredRun, 'name' | 'forkedFrom'>, marks: Marks): AppError | null {
  if (run.forkedFrom === null || marks.length > 0) return null;
  return {
    code: 'not-found',
    message: say`${asIs(run.name)}: a fork must have the checkpoint of step ${run.forkedFrom.step} it began from, got none.`,
    cure: say`Fork the first run again, and delete this one.`,
  };
}

/** The latest checkpoint; if that is lost, as in a salvaged file, the newest of the others; null = from the beginning. */
export function startOf(marks: Marks): Start | null {
  if (marks.some((mark) => mark.kind === 'latest')) return 'latest';
  return marks.length === 0 ? null : { step: Math.max(...marks.map((mark) => mark.step)) };
}
