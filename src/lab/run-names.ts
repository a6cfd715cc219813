// Ids and names of runs: an id is never used twice, a name is unique within its session.
import { randomUUID } from 'node:crypto';
import type { RunId } from '../protocol/lab.ts';

export const newRunId = (): RunId => `r-${randomUUID().slice(0, 8)}`;

/** `name`, or `name (2)` and so on while it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let i = 2; ; i++) if (!taken.has(`${name} (${i})`)) return `${name} (${i})`;
}
