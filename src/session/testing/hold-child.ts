// Another program that has a session open for writing: records an event for each input line and confirms it, until it is told to end.
//   node hold-child.ts FILE
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';

const say = (line: string): void => void writeSync(1, `${line}\n`);
const store = unwrap(await sessionFiles.open(process.argv[2] ?? ''));
say('open');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  try {
    await store.addEvent(null, 'note', line);
    say(`noted ${line}`);
  } catch (error) {
    if (!(error instanceof AppFailure)) throw error;
    say(`refused ${error.appError.code}`);
  }
}
await store.close();
say('closed');
