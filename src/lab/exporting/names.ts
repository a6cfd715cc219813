// The file name of each run of a session, the same whichever runs are exported.
import { fileNames } from '../../protocol/file-name.ts';
import type { RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/index.ts';

export function exportNames(runs: readonly StoredRun[], around: string): ReadonlyMap<RunId, string> {
  const files = fileNames(
    runs.map((run) => run.name),
    around,
  );
  return new Map(runs.map((run, i) => [run.id, files[i] ?? run.id]));
}
