// Installed runtimes on the disk: a folder each in the data folder, with a record of what was installed and what its check found. A folder without
// a record is not installed. Asks no network and starts no process.
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { asIs, messageFrom, say, type Message } from '../../engine/core/say.ts';
import { type RuntimeCheck, type RuntimeId } from '../../protocol/runtimes.ts';
import { lockFile, makeFolder, removeFolder, writeWhole } from '../../session/files/index.ts';
import { hashFile } from '../data/download.ts';
import { asFile, readJson } from '../files/files.ts';
import type { RuntimeSource } from './source.ts';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const difference = v.object({ worst: v.nullable(v.number()), allowed: v.number() });

/** What a check found, as it is kept. Older ones did not compare and time a step. */
export const checkShape = v.object({
  at: text,
  module: text,
  cuda: v.boolean(),
  passed: count,
  total: count,
  differ: v.array(v.object({ op: text, problem: text })),
  worst: v.number(),
  agreement: v.optional(v.nullable(v.object({ forward: difference, gradient: difference, update: difference })), null),
  step: v.optional(v.nullable(v.object({ seconds: v.number(), steps: count })), null),
});

const recordShape = v.object({
  version: text,
  package: text,
  packageVersion: text,
  at: text,
  bytes: count,
  /** Files that are loaded into a process, with the size and SHA-256 they were installed with. */
  native: v.array(v.object({ path: text, bytes: count, sha256: text })),
  check: v.nullable(checkShape),
  /** Why the last check came to no end; null when it did. */
  broken: v.pipe(v.unknown(), v.transform(messageFrom)),
});

export type RuntimeRecord = v.InferOutput<typeof recordShape>;

const recordName = 'runtime.json';

/** Where everything of one runtime lies. */
export class RuntimeFolder {
  readonly path: string;
  /** Where it is made; taken away when it is not finished. */
  readonly making: string;
  readonly downloads: string;
  readonly #root: string;
  readonly #id: RuntimeId;

  constructor(dataFolder: string, id: RuntimeId) {
    this.#root = join(dataFolder, 'runtimes');
    this.#id = id;
    this.path = join(this.#root, id);
    this.making = join(this.#root, `${id}.new`);
    this.downloads = join(this.#root, `${id}.downloads`);
  }

  /** The right to change it; null when another lab has it. The system takes it back when this process ends. Rejects with AppFailure. */
  lock(): Promise<(() => void) | null> {
    return asFile('runtimes', this.#root, () => {
      makeFolder(this.#root);
      return Promise.resolve(lockFile(this.#lockPath));
    });
  }

  /** Whether somebody has ever installed it here: asked before a lock makes a folder for nothing. */
  get touched(): boolean {
    return this.hasFiles || existsSync(this.#lockPath);
  }

  get hasFiles(): boolean {
    return [this.path, this.making, this.downloads].some((path) => existsSync(path));
  }

  /** What an installation that was cut off has left; what it had fetched stays for the next one. With the lock only. */
  clean(): void {
    removeFolder(this.making);
  }

  /** With the lock only. */
  remove(): void {
    for (const path of [this.making, this.downloads, this.path]) removeFolder(path);
  }

  get #lockPath(): string {
    return join(this.#root, `${this.#id}.lock`);
  }

  packageFolder(name: string, within = this.path): string {
    return join(within, 'node_modules', ...name.split('/'));
  }

  async record(): Promise<RuntimeRecord | null> {
    const read = v.safeParse(recordShape, await readJson(join(this.path, recordName)));
    return read.success ? read.output : null;
  }

  async note(record: RuntimeRecord, folder = this.path): Promise<void> {
    await asFile('runtimes', folder, () => writeWhole(join(folder, recordName), JSON.stringify(record, null, 2)));
  }
}

/** All files below a folder, by paths from it. */
async function filesBelow(folder: string): Promise<readonly { path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (path) => ({ path: path.slice(folder.length + 1), bytes: (await stat(path)).size })),
  );
}

const isNative = (path: string): boolean => /\.node$|\.so(\.\d+)*$|\.dll$|\.dylib$/.test(path);

/** The record of a folder that is about to get its name. */
export async function recordOf(folder: string, source: RuntimeSource): Promise<RuntimeRecord> {
  const files = await filesBelow(folder);
  const native = await Promise.all(
    files
      .filter(({ path }) => isNative(path))
      .map(async (file) => ({ ...file, sha256: await hashFile(join(folder, file.path)) })),
  );
  return {
    version: source.version,
    package: source.package,
    packageVersion: source.packageVersion,
    at: new Date().toISOString(),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    native,
    check: null,
    broken: null,
  };
}

const missingFile = (path: string): Message => say`a file of it is missing or has another size: ${asIs(path)}`;

/** Why what is there is not what was installed, by names and sizes only: cheap enough for every start. Null when nothing speaks against it. */
export async function damageOf(folder: string, { native }: RuntimeRecord): Promise<Message | null> {
  for (const { path, bytes } of native) {
    const size = await stat(join(folder, path)).then(
      (found) => found.size,
      () => -1,
    );
    if (size !== bytes) return missingFile(path);
  }
  return null;
}

/** The same by content: for a check, which takes its time anyway. */
export async function changedIn(folder: string, record: RuntimeRecord): Promise<Message | null> {
  const damage = await damageOf(folder, record);
  if (damage !== null) return damage;
  for (const { path, sha256 } of record.native)
    if ((await hashFile(join(folder, path))) !== sha256)
      return say`a file of it has changed since it was installed: ${asIs(path)}`;
  return null;
}

export const withCheck = (record: RuntimeRecord, check: RuntimeCheck): RuntimeRecord => ({
  ...record,
  check: { ...check, differ: [...check.differ] },
  broken: null,
});
