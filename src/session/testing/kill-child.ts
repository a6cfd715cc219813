// Writes metrics and checkpoints as fast as it can and reports commits on stdout, until it is killed.
//   node kill-child.ts FILE
import { writeSync } from 'node:fs';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';
import { columnsOf, cursorAt, someDetail } from './samples.ts';
import { bytesOfStep } from './kill-data.ts';

const path = process.argv[2] ?? '';
const store = unwrap(await sessionFiles.open(path));
/** Written in one call, so that a line is complete or missing. */
const say = (what: string, value: number): void => void writeSync(1, `${what} ${value}\n`);

const last = await store.lastValues('run');
let step = (last['train/loss']?.step ?? -1) + 1;
say('open', step);

for (;;) {
  const end = step + 1 + (step % 300);
  await store.appendMetrics('run', [columnsOf('train/loss', step, end), columnsOf('val/loss', step, step + 1)]);
  say('points', end);
  step = end;
  const told = { run: 'run', step };
  await store.addSample({ ...told, prompt: 'p', temperature: 1, seed: 1, text: ' me', detail: someDetail });
  await store.addAnswers({ ...told, examples: [step], answers: [[step]], shares: [[1]] });
  say('shown', step);
  for (const kind of ['latest', 'best'] as const) {
    await store.putCheckpoint('run', { kind, cursor: cursorAt(step), bytes: bytesOfStep(step) });
    say(kind, step);
  }
  await store.updateRun('run', { cursor: cursorAt(step) });
  say('cursor', step);
}
