// Files that engines read their data from: in the data folder under the hash; in a temporary folder of this lab if the disk is full or
// read-only, or if another file has that name. Replaces nothing.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import type { DataHandle } from '../../protocol/engine.ts';
import { temporaryFolder, writeWhole } from '../../session/files/index.ts';
import { asFile } from '../files/files.ts';
import { bytesOf, fileOf, hashOf, kindOf, sha256 } from './task-data.ts';

export class HandedData {
  readonly #folder: () => string;
  #own: ReturnType<typeof temporaryFolder> | null = null;
  /** Size and time of verified files, by path. */
  readonly #right = new Map<string, string>();

  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /** A verified file with this content. Rejects if it cannot be written anywhere. */
  async handle(data: TaskData): Promise<DataHandle> {
    const [hash, kind, content] = [hashOf(data), kindOf(data), bytesOf(data)];
    const kept = this.fileFor(data);
    const path = (await this.#isKept(kept, hash, content))
      ? kept
      : await this.#inOwn(fileOf(kind, hash), hash, content);
    return { sha256: hash, kind, path, bytes: content.byteLength };
  }

  /** Its place in the data folder, whether it is there or not. */
  fileFor(data: TaskData): string {
    return join(this.#folder(), fileOf(kindOf(data), hashOf(data)));
  }

  /** The lab is closed: files are no longer read. */
  close(): void {
    this.#own?.remove();
    this.#own = null;
  }

  /** Whether the data folder holds it, after it was written there if nothing of that name was. */
  async #isKept(path: string, hash: string, content: Uint8Array): Promise<boolean> {
    if (await this.#isRight(path, hash)) return true;
    try {
      await asFile('data', path, () => writeWhole(path, content, { overwrite: false }));
      return true;
    } catch (error) {
      if (!(error instanceof AppFailure) || error.appError.code === 'bug') throw error;
      // Another lab may have written the same meanwhile.
      return this.#isRight(path, hash);
    }
  }

  async #inOwn(name: string, hash: string, content: Uint8Array): Promise<string> {
    this.#own ??= temporaryFolder('data');
    const path = join(this.#own.path, name);
    if (!(await this.#isRight(path, hash))) await asFile('data', path, () => writeWhole(path, content));
    return path;
  }

  async #isRight(path: string, hash: string): Promise<boolean> {
    const facts = await stat(path).catch(() => null);
    if (facts === null) return false;
    const now = `${facts.size} ${facts.mtimeMs}`;
    if (this.#right.get(path) === now) return true;
    const isRight = await readFile(path).then(
      (bytes) => sha256(bytes) === hash,
      () => false,
    );
    if (isRight) this.#right.set(path, now);
    return isRight;
  }
}
