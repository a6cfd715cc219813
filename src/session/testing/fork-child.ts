// Forks a run as fast as it can and reports committed forks on stdout, until it is killed.
//   node fork-child.ts FILE
import { writeSync } from 'node:fs';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';
import { bytesOfStep } from './kill-data.ts';
import { cursorAt, someRun } from './samples.ts';

const store = unwrap(await sessionFiles.open(process.argv[2] ?? ''));
for (let step = (await store.runs()).length; ; step++) {
  const child = someRun(`fork-${step}`, { forkedFrom: { run: 'run', step }, cursor: cursorAt(step) });
  await store.addFork(
    child,
    { kind: 'latest', cursor: cursorAt(step), bytes: bytesOfStep(step) },
    `run at step ${step}`,
  );
  writeSync(1, `${child.id}\n`);
}
