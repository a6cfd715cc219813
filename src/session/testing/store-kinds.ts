// Real session files of every kind: each kind can create a file, or tells why this machine cannot.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';
import { holdOpen } from './holder.ts';
import type { TestFolder } from './folder.ts';
import { columnsOf, cursorAt, someHead, someRun } from './samples.ts';

export const storeKinds = [
  'writable',
  'log left',
  'older version',
  'no permission',
  'full disk',
  'salvaged',
  'in use',
] as const;
export type StoreKind = (typeof storeKinds)[number];

const undo: (() => unknown)[] = [];

/** Restores mounts and permissions; call it before the folder is removed. */
export function release(): void {
  for (const step of undo.splice(0)) step();
}

/** A closed session with the run `a`: points and a checkpoint. */
async function filled(path: string): Promise<string> {
  const store = unwrap(await sessionFiles.create(path, someHead));
  await store.addRuns([someRun('a'), someRun('b')]);
  await store.appendMetrics('a', [columnsOf('train/loss', 0, 5000)]);
  await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(9), bytes: new Uint8Array(50_000).fill(7) });
  await store.close();
  return path;
}

/** The latest commits are only in the log. */
async function withLog(from: string, path: string): Promise<string> {
  await filled(from);
  const store = unwrap(await sessionFiles.open(from));
  await store.addEvent(null, 'note', 'in the log');
  for (const suffix of ['', '-wal']) copyFileSync(from + suffix, path + suffix);
  await store.close();
  return path;
}

function mounted(place: string): boolean {
  mkdirSync(place);
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    return false;
  }
  undo.push(() => execFileSync('umount', ['-l', place]));
  return true;
}

function fill(path: string): void {
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) appendFileSync(path, new Uint8Array(size));
    } catch {
      // Completely full, as intended.
    }
  }
}

/** A read-only folder: by its permissions, or for root by a mount. */
function forbid(place: string): boolean {
  if (process.getuid?.() !== 0) {
    chmodSync(place, 0o500);
    undo.push(() => chmodSync(place, 0o700));
    return process.platform !== 'win32';
  }
  execFileSync('mount', ['-o', 'remount,ro', place]);
  return true;
}

/** A file of the kind, or null if it is impossible on this machine. */
export async function fileOf(kind: StoreKind, folder: TestFolder): Promise<string | null> {
  const path = folder.file();
  const place = `${path}.d`;
  switch (kind) {
    case 'writable':
      return filled(path);
    case 'log left':
      return withLog(folder.file(), path);
    case 'older version':
      writeFileSync(path, gunzipSync(readFileSync(new URL('../fixtures/v1.rnnlab.gz', import.meta.url))));
      return path;
    case 'no permission': {
      if (!mounted(place) && process.getuid?.() === 0) return null;
      const there = await filled(join(place, 'x.rnnlab'));
      return forbid(dirname(there)) ? there : null;
    }
    case 'full disk': {
      if (!mounted(place)) return null;
      const there = await withLog(folder.file(), join(place, 'x.rnnlab'));
      fill(join(place, 'ballast'));
      return there;
    }
    case 'salvaged':
      await filled(path);
      truncateSync(path, Math.floor(statSync(path).size * 0.7));
      return path;
    case 'in use':
      await filled(path);
      await holdOpen(path);
      return path;
  }
}
