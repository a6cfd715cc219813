// Ids and names of runs: an id is never used twice, a name is unique within its session.
import { randomUUID } from 'node:crypto';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { foldName, matchName } from '../../engine/spec/nearest.ts';
import type { RunId } from '../../protocol/state.ts';

export const newRunId = (): RunId => `r-${randomUUID().slice(0, 8)}`;

/** `name`, or `name (2)` and so on while it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let i = 2; ; i++) if (!taken.has(`${name} (${i})`)) return `${name} (${i})`;
}

interface Named {
  readonly id: RunId;
  readonly name: string;
}

const listed = (runs: readonly Named[]): string => runs.map(({ name, id }) => `${name} (${id})`).join(', ');

/**
 * The run that is meant by an id, a name or a part of a name that fits only one. Rejects a name without a match, and an ambiguous one with
 * the candidates.
 */
export function findRun<T extends Named>(runs: readonly T[], wanted: string): T {
  const byId = runs.filter((run) => run.id === wanted);
  const byName = byId.length > 0 ? byId : matchName(runs, (run) => run.name, wanted);
  const part = foldName(wanted);
  const fitting = byName.length > 0 || part === '' ? byName : runs.filter((run) => foldName(run.name).includes(part));
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  if (fitting.length > 1) {
    const message = say`run "${asIs(wanted)}" fits ${fitting.length} runs: ${asIs(listed(fitting))}`;
    throw new AppFailure({ code: 'bad-input', message, field: 'run', cure: say`Write the whole name, or the id.` });
  }
  const known = runs.length === 0 ? say`none, as the session is empty` : asIs(listed(runs));
  throw new AppFailure({
    code: 'not-found',
    message: say`run must be one of ${known}, got "${asIs(wanted)}"`,
    field: 'run',
  });
}
