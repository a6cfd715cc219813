// Sessions to be merged, with everything a session can hold of a run.
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles, type StoredRun } from '../index.ts';
import type { TestFolder } from './folder.ts';
import { bytesOfStep } from './kill-data.ts';
import { columnsOf, cursorAt, someDetail, someHead, someRun } from './samples.ts';

export const plain = { name: null, keepBoth: false, models: ['minGru', 'minLstm', 'gru'] } as const;

export interface Given {
  readonly runs: readonly StoredRun[];
  readonly points?: number;
  readonly name?: string;
}

/** A session with points, checkpoints, a sample and answers of every run. */
export async function sessionOf(folder: TestFolder, { runs, points = 5000, name = 'A race' }: Given): Promise<string> {
  const store = unwrap(await sessionFiles.create(folder.file(), { ...someHead, name }));
  await store.addRuns(runs.map((run) => ({ ...run, cursor: cursorAt(points) })));
  for (const { id } of runs) {
    await store.appendMetrics(id, [columnsOf('train/loss', 0, points), columnsOf('val/loss', 0, 3)]);
    for (const kind of ['latest', 'best'] as const)
      await store.putCheckpoint(id, { kind, cursor: cursorAt(points - 1), bytes: bytesOfStep(points) });
    const told = { run: id, step: 2 };
    await store.addSample({ ...told, prompt: 'p', temperature: 1, seed: 1, text: ' me', detail: someDetail });
    await store.addAnswers({ ...told, examples: [7], answers: [[3]], shares: [[1]] });
  }
  await store.close();
  return store.path;
}

export const seeded = (id: string, seed: number, change: Partial<StoredRun> = {}): StoredRun => {
  const run = someRun(id);
  return { ...run, name: `minGRU · seed ${seed}`, intent: 'stopped', spec: { ...run.spec, seed }, ...change };
};
