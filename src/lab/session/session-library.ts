// A person's session files: those in the sessions folder and others opened recently. Also copies and a trash with undo. Opens none of them
// for writing.
import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppFailure, asAppError, unwrap, type AppError } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { fileName, freeFileName } from '../../protocol/file-name.ts';
import type { RecentSession, SessionDetails } from '../../protocol/state.ts';
import type { SessionFiles } from '../../session/store.ts';
import { discard, hasLeftovers, makeFolder, sweepParts, writeWhole } from '../../session/files/index.ts';
import { asFile, readJson } from '../files/files.ts';
import { changeStored, readAtStart } from '../files/home-list.ts';

const extension = '.rnnlab';
const mostRecent = 50;

interface Trashed {
  readonly token: string;
  readonly from: string;
}

const isTrashed = (value: unknown): value is Trashed =>
  typeof value === 'object' &&
  value !== null &&
  'token' in value &&
  'from' in value &&
  typeof value.token === 'string' &&
  typeof value.from === 'string';

const pathsOf = (stored: unknown): readonly string[] =>
  Array.isArray(stored) ? stored.filter((path): path is string => typeof path === 'string') : [];

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export class SessionLibrary {
  readonly #files: SessionFiles;
  readonly #folder: () => string;
  readonly #recentPath: string;
  readonly #trash: string;

  constructor(files: SessionFiles, folder: () => string, config: string) {
    this.#files = files;
    this.#folder = folder;
    this.#recentPath = join(config, 'recent.json');
    this.#trash = join(config, 'trash');
  }

  /** An unused path in the sessions folder: `Race.rnnlab`, `Race 2.rnnlab`, … */
  async freePath(name: string, folder = this.#folder()): Promise<string> {
    await asFile('sessions', folder, async () => makeFolder(folder));
    const there = await asFile('sessions', folder, () => readdir(folder));
    const taken = there.filter((file) => file.endsWith(extension)).map((file) => file.slice(0, -extension.length));
    return join(folder, `${freeFileName(fileName(name, extension), taken)}${extension}`);
  }

  /** Removes what killed processes left unfinished in these folders and where sessions are. What cannot be removed is no reason to stop. */
  async tidy(folders: readonly string[]): Promise<void> {
    const near = (await this.opened()).map((path) => dirname(path));
    await this.#sweep([...folders, this.#folder(), this.#trash, ...near]);
  }

  async #sweep(folders: readonly string[]): Promise<void> {
    const each = [...new Set(folders)];
    each.forEach(sweepParts);
    if (hasLeftovers(each)) await this.#files.sweep(each);
  }

  /** Remembers a file that was opened. A list that cannot be written is no reason to stop. */
  async remember(path: string): Promise<void> {
    await this.#sweep([dirname(path)]);
    const add = (stored: unknown): string[] =>
      [path, ...pathsOf(stored).filter((other) => other !== path)].slice(0, mostRecent);
    try {
      await changeStored('recent sessions', this.#recentPath, add);
    } catch (error) {
      if (!(error instanceof AppFailure)) throw error;
    }
  }

  /** Newest first. Unreadable files are listed by name: a huge or broken one never blocks the others. */
  async list(): Promise<readonly RecentSession[]> {
    const here = await readdir(this.#folder()).catch((): string[] => []);
    const inFolder = here.filter((name) => name.endsWith(extension)).map((name) => join(this.#folder(), name));
    const paths = new Set([...inFolder, ...(await this.opened())].map((path) => resolve(path)));
    const found = await Promise.all([...paths].map((path) => this.#look(path)));
    return found.filter((session) => session !== null).toSorted((a, b) => (a.modified < b.modified ? 1 : -1));
  }

  async details(path: string): Promise<SessionDetails> {
    return unwrap(await this.#files.describe(path));
  }

  /**
   * A copy beside the original, or among the sessions when that folder cannot be written. `copy` is given when the file is open: then
   * the store makes it.
   */
  async duplicate(path: string, copy: ((to: string) => Promise<void>) | null): Promise<RecentSession> {
    // Through SQLite, so that a journal that was never merged is included.
    const copyTo = copy ?? (async (to: string): Promise<void> => void unwrap(await this.#files.copy(path, to)));
    const name = `${basename(path, extension)} copy`;
    const beside = await this.freePath(name, dirname(resolve(path)));
    try {
      await copyTo(beside);
      return await this.#need(beside);
    } catch (error) {
      if (!(error instanceof AppFailure) || error.appError.code !== 'permission') throw error;
      const target = await this.freePath(name);
      await copyTo(target);
      return this.#need(target);
    }
  }

  async delete(path: string): Promise<string> {
    await this.#need(path);
    const token = randomUUID();
    const trashed: Trashed = { token, from: resolve(path) };
    const note = join(this.#trash, `${token}.json`);
    await asFile('delete', path, () => writeWhole(note, JSON.stringify(trashed)));
    const moved = await this.#files.move(trashed.from, join(this.#trash, `${token}${extension}`));
    if (!moved.ok) discard(note);
    unwrap(moved);
    return token;
  }

  async undelete(token: string): Promise<RecentSession> {
    const note = /^[0-9a-f-]{36}$/.test(token) ? await readJson(join(this.#trash, `${token}.json`)) : null;
    if (!isTrashed(note))
      throw new AppFailure({ code: 'not-found', message: say`undo: nothing in the trash belongs to "${asIs(token)}"` });
    if (await exists(note.from)) {
      throw new AppFailure({
        code: 'conflict',
        message: say`undo: ${asIs(note.from)} exists again`,
        cure: say`Rename that file, then undo.`,
      });
    }
    unwrap(await this.#files.move(join(this.#trash, `${token}${extension}`), note.from));
    await asFile('undo', note.from, async () => discard(join(this.#trash, `${token}.json`)));
    return this.#need(note.from);
  }

  async #need(path: string): Promise<RecentSession> {
    return unwrap(await this.#files.recent(path));
  }

  async #look(path: string): Promise<RecentSession | null> {
    const looked = await this.#files.recent(path).catch((error: unknown) => {
      // A file that causes a crash is logged as a defect; the others are still shown.
      process.stderr.write(`sessions: ${path}: ${asAppError(error, 'sessions').stack}\n`);
      return { ok: false as const };
    });
    if (looked.ok) return looked.value;
    const there = await stat(path).catch(() => null);
    if (there === null) return null;
    const name = basename(path, extension);
    return {
      path,
      name,
      modified: there.mtime.toISOString(),
      bytes: there.size,
      runs: 0,
      status: null,
      lastStep: 0,
      savedTo: [],
      thumbnail: [],
      models: [],
      tasks: [],
      best: null,
      note: '',
      tags: [],
    };
  }

  /** Recently opened sessions, wherever they are. */
  async opened(): Promise<readonly string[]> {
    return pathsOf((await readAtStart('recent sessions', this.#recentPath)).value);
  }

  /** Why the list of recent sessions is incomplete; null if it is complete. */
  async problem(): Promise<AppError | null> {
    return (await readAtStart('recent sessions', this.#recentPath)).problem;
  }
}
