// Decides whether a build is up to date: it is fresh while the hash of its sources, stored next to it, is unchanged.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Absolute paths of all files under `folder` for which `wanted(name)` holds, sorted. */
export function filesUnder(folder, wanted = () => true) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** SHA-256 over paths and contents, and whatever else decides the result (flags, tool versions). */
export function hashOf(files, ...extras) {
  const hash = createHash('sha256');
  for (const extra of extras) hash.update(`${extra}\0`);
  for (const file of files) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** True when `stampFile` holds `hash` and all files built with it exist. */
export function isFresh(stampFile, hash, outputs) {
  return (
    outputs.every((output) => existsSync(output)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash
  );
}

/** Replaces the file instead of writing into it: a copy of the tree made of hard links keeps its own. */
export function stamp(stampFile, hash) {
  mkdirSync(dirname(stampFile), { recursive: true });
  const part = `${stampFile}.${process.pid}`;
  writeFileSync(part, hash);
  renameSync(part, stampFile);
}
