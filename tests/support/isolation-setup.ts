// Isolates test files: each has its own temporary folder, also for its child processes (labs clean up their user's temporary folder, and
// files run in parallel), and no child outlives its file (after a failure it would block the whole run).
import { spawnSync, type ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const names = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];
const before = names.map((name) => process.env[name]);
const folder = mkdtempSync(join(tmpdir(), 'minrnn-files-'));
for (const name of names) process.env[name] = folder;

const children = new Set<ChildProcess>();
subscribe('child_process', (message) => {
  const { process: child } = message as { readonly process: ChildProcess };
  children.add(child);
  child.once('exit', () => children.delete(child));
});

/** Disks that tests mounted, since the clean-up of a filtered suite does not run. */
function unmountAll(): void {
  if (!existsSync('/proc/mounts')) return;
  const paths = readFileSync('/proc/mounts', 'utf8').matchAll(/^\S+ (\S+)/gm);
  for (const [, path = ''] of paths) if (path.startsWith(`${folder}/`)) spawnSync('umount', ['-l', path]);
}

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  names.forEach((name, i) => {
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  });
  unmountAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
