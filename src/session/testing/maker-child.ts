// Starts a copy and never finishes: prints its file and folder and waits to be killed.
//   node maker-child.ts SESSION
import { writeFileSync, writeSync } from 'node:fs';
import { temporaryFolder, unfinished } from '../files/index.ts';

const folder = temporaryFolder('salvage').path;
unfinished(process.argv[2] ?? '', 'copy', (made) => {
  writeFileSync(made, 'SQLite format 3\0');
  writeFileSync(`${made}-journal`, '');
  writeSync(1, `${JSON.stringify({ made, folder })}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
