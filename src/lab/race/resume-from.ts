// What an engine continues a run from: its checkpoint, and, where the run ends with a test, the one with the lowest validation loss.
import { unwrap } from '../../engine/core/result.ts';
import { isTested } from '../../engine/spec/task-metrics.ts';
import type { CheckpointData } from '../../protocol/engine.ts';
import type { SessionStore } from '../../session/index.ts';
import type { StoredRun } from '../../session/store.ts';
import type { startOf } from '../runs/run-start.ts';

export type ResumeFrom = CheckpointData & { readonly best?: Uint8Array };

/** The best checkpoint is read only where it is needed: it is as large as the other. */
export async function resumeFrom(
  store: Pick<SessionStore, 'checkpoint'>,
  { id, facts }: Pick<StoredRun, 'id' | 'facts'>,
  start: NonNullable<ReturnType<typeof startOf>>,
  hasBest: boolean,
): Promise<ResumeFrom> {
  const from = unwrap(await store.checkpoint(id, start));
  const tests = facts?.metrics.some(({ name }) => isTested(name)) === true;
  if (!tests || !hasBest) return from;
  // A damaged one keeps no run from going on: its test is then by the last weights alone.
  const best = await store.checkpoint(id, 'best');
  return best.ok ? { ...from, best: best.value.bytes } : from;
}
