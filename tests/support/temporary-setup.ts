// Gives each test file a folder of its own for temporary files, and so each process that it starts: labs sweep the temporary folder of
// their user, and files run side by side.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const names = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];
const before = names.map((name) => process.env[name]);
const folder = mkdtempSync(join(tmpdir(), 'minrnn-files-'));
for (const name of names) process.env[name] = folder;

afterAll(() => {
  names.forEach((name, i) => {
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
