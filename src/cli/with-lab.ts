// A lab for the time of one command, closed in any case.
import { AppFailure } from '../engine/core/result.ts';
import type { StoredRun } from '../session/index.ts';
import { Lab, type LabListener } from '../lab/lab.ts';

export async function withLab<T>(onEvent: LabListener, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await Lab.open({ onEvent });
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

export const noEvents: LabListener = () => undefined;

/** A run by id, by name, or by the only part of a name that fits. */
export function findRun(runs: readonly StoredRun[], wanted: string): StoredRun {
  const exact =
    runs.find((run) => run.id === wanted) ?? runs.find((run) => run.name.toLowerCase() === wanted.toLowerCase());
  if (exact) return exact;
  const similar = runs.filter((run) => run.name.toLowerCase().includes(wanted.toLowerCase()));
  const [only] = similar;
  if (only && similar.length === 1) return only;
  const known = runs.map((run) => `${run.name} (${run.id})`).join(', ');
  const message = `run must be one of ${known === '' ? 'none, as the session is empty' : known}, got "${wanted}"`;
  throw new AppFailure({ code: 'not-found', message, field: 'run' });
}
