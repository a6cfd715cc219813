// The description of a session that is not open: for each interrupted run the saved step, not the last step reached.
import { expect, it } from 'vitest';
import { unwrap } from '../engine/core/result.ts';
import { sessionFiles } from './index.ts';
import { testFolder } from './testing/folder.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();

it('names the step of the checkpoint of each run that was under way', async () => {
  const path = folder.file();
  const store = unwrap(await sessionFiles.create(path, someHead));
  await store.addRuns([
    someRun('far', { intent: 'active', cursor: cursorAt(90) }),
    someRun('behind', { intent: 'active', cursor: cursorAt(40) }),
    someRun('fresh', { intent: 'active' }),
    someRun('done', { intent: 'finished', cursor: cursorAt(100) }),
  ]);
  const save = (run: string, kind: 'latest' | 'best', step: number): Promise<void> =>
    store.putCheckpoint(run, { kind, cursor: cursorAt(step), bytes: new Uint8Array([1, 2, 3]) });
  await save('far', 'best', 20);
  await save('far', 'latest', 80);
  await save('behind', 'latest', 30);
  await save('done', 'latest', 100);
  await store.appendMetrics('far', [columnsOf('train/loss', 0, 90)]);
  await store.close();
  const recent = unwrap(await sessionFiles.recent(path));
  expect(recent.savedTo).toEqual([
    { name: 'minGRU far', step: 80 },
    { name: 'minGRU behind', step: 30 },
    { name: 'minGRU fresh', step: 0 },
  ]);
});
