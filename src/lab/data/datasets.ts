// The data sets a task can learn from: the book that ships with the program, catalogue entries that are downloaded on request, and the
// user's files. Everything downloaded or imported is in the data folder under its SHA-256 and is verified whenever it is read; nothing is
// ever silently replaced.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppFailure, unwrap, type AppError } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import type { DataNeed, DataSize, DatasetInfo } from '../../engine/spec/catalogue.ts';
import type { TableSize } from '../../engine/spec/table.ts';
import { matchName, unknownName } from '../../engine/spec/nearest.ts';
import { freeFileName, textId } from '../../protocol/file-name.ts';
import type { UploadedPicture } from '../../protocol/lab.ts';
import { builtIn, builtInData } from './built-in-data.ts';
import { download } from './download.ts';
import { discard, writeWhole } from '../../session/files/index.ts';
import { asFile } from '../files/files.ts';
import { changeStored, readAtStart } from '../files/home-list.ts';
import { HandedData } from './handed-data.ts';
import { dataOfBytes, dataOfFile, dataOfText, type ImportAs, type ImportedData } from './import-data.ts';
import { readLimits } from '../files/read-file.ts';
import { pictureSetOf } from './picture-folder.ts';
import { aboutOf, bytesOf, fileOf, kindOf, readData, sha256 } from './task-data.ts';

interface Source extends DatasetInfo {
  readonly url: string;
  readonly sha256: string;
}

const catalogueEntries: readonly Source[] = [
  {
    id: 'tiny-shakespeare',
    title: 'Tiny Shakespeare (char-rnn)',
    bytes: 1_115_394,
    kind: 'text',
    licence: 'public domain',
    state: 'download',
    sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
    url: 'https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt',
  },
];

interface Imported {
  readonly id: string;
  readonly title: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Absent in older lists: a text. */
  readonly kind?: DataNeed;
  readonly holds?: DataSize;
  readonly table?: TableSize;
}

const kindOfEntry = ({ kind = 'text' }: Pick<Imported, 'kind'>): DataNeed => kind;

const isImported = (entry: unknown): entry is Imported =>
  typeof entry === 'object' &&
  entry !== null &&
  'id' in entry &&
  'title' in entry &&
  'sha256' in entry &&
  'bytes' in entry;

const listOf = (stored: unknown): readonly Imported[] => (Array.isArray(stored) ? stored.filter(isImported) : []);

export class Datasets {
  /** Where engines read it. */
  readonly handed: HandedData;
  readonly #folder: () => string;
  readonly #onProgress: (id: string, received: number, total: number) => void;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #entries: readonly Source[];
  #imported: readonly Imported[] = [];
  #problem: AppError | null = null;
  #here = new Set<string>();
  #cached: { readonly id: string; readonly data: TaskData } | null = null;

  constructor(
    folder: () => string,
    onProgress: (id: string, received: number, total: number) => void,
    entries: readonly Source[] = catalogueEntries,
  ) {
    this.#folder = folder;
    this.handed = new HandedData(folder);
    this.#onProgress = onProgress;
    this.#entries = entries;
  }

  /** Reads the data folder; called at the start and when the folder changes. */
  async refresh(): Promise<void> {
    await this.#readList();
    this.#here = new Set();
    this.#cached = null;
    for (const { id, sha256: hash } of this.#entries) {
      const there = await readFile(this.#path(hash, 'text')).then(
        (bytes) => sha256(bytes) === hash,
        () => false,
      );
      if (there) this.#here.add(id);
    }
  }

  /** Why the list of imported texts is incomplete; null if it is complete. */
  get problem(): AppError | null {
    return this.#problem;
  }

  async #readList(): Promise<void> {
    const { value, problem } = await readAtStart('imported texts', this.#listPath());
    this.#imported = listOf(value);
    this.#problem = problem;
  }

  list(): readonly DatasetInfo[] {
    const known = this.#entries.map(
      ({ url: _, ...info }) => ({ ...info, state: this.#here.has(info.id) ? 'here' : 'download' }) as const,
    );
    const own = this.#imported.map(
      (entry) => ({ ...entry, kind: kindOfEntry(entry), licence: 'your own file', state: 'here' }) as const,
    );
    return [...builtIn, ...known, ...own];
  }

  /** Its content, verified. Rejects with `not-found` (with the cure) or `damaged-file`. */
  async content(id: string): Promise<TaskData> {
    if (this.#cached?.id === id) return this.#cached.data;
    const data = builtInData(id) ?? (await this.#stored(id));
    this.#cached = { id, data };
    return data;
  }

  /** The same by content, whatever its name here; null if there is none. */
  async contentBySha(hash: string): Promise<TaskData | null> {
    const entry = this.list().find((one) => one.sha256 === hash && one.state === 'here');
    return entry === undefined ? null : this.content(entry.id);
  }

  /** Downloads a catalogue entry; a second request waits for the same download. */
  async fetch(id: string): Promise<void> {
    const [entry] = matchName(this.#entries, (known) => known.id, id);
    if (entry === undefined) throw this.#unknown(id);
    const running = this.#fetching.get(entry.id) ?? this.#fetch(entry).finally(() => this.#fetching.delete(entry.id));
    this.#fetching.set(entry.id, running);
    await running;
  }

  async importFile(path: string, as?: ImportAs): Promise<DatasetInfo> {
    return this.#import(basename(path), await dataOfFile(path, as));
  }

  async importText(name: string, text: string, as?: ImportAs): Promise<DatasetInfo> {
    return this.#import(name, dataOfText(name, text, as));
  }

  /** Adds a text contained in a session. */
  async importData(name: string, data: TaskData): Promise<DatasetInfo> {
    return this.#import(name, { data, changes: [] });
  }

  async importBytes(name: string, bytes: Uint8Array): Promise<DatasetInfo> {
    return this.#import(name, await dataOfBytes(name, bytes, undefined));
  }

  /** A folder of pictures that a page has read. */
  async importPictures(name: string, files: readonly UploadedPicture[]): Promise<DatasetInfo> {
    return this.#import(name, { data: await pictureSetOf(name, files), changes: [] });
  }

  /** Another title for an imported set; its id, by which experiments know it, stays. */
  async rename(id: string, title: string): Promise<void> {
    await this.#change(id, (all) =>
      all.map((one) => (one.id === id ? { ...one, title: title.normalize('NFC') } : one)),
    );
  }

  /** Removes an imported set and its file. */
  async remove(id: string): Promise<void> {
    const path = this.pathOf(id);
    await this.#change(id, (all) => all.filter((one) => one.id !== id));
    if (this.#cached?.id === id) this.#cached = null;
    if (path !== null) await asFile('data', path, () => Promise.resolve(discard(path)));
  }

  /** The file of an imported or downloaded set; null if it comes with the program. */
  pathOf(id: string): string | null {
    const entry = [...this.#entries, ...this.#imported].find((one) => one.id === id);
    return entry === undefined ? null : this.#path(entry.sha256, kindOfEntry(entry));
  }

  async #change(id: string, change: (all: readonly Imported[]) => readonly Imported[]): Promise<void> {
    await this.#readList();
    if (!this.#imported.some((one) => one.id === id)) throw this.#unknown(id);
    this.#imported = await changeStored('imported texts', this.#listPath(), (now) => change(listOf(now)));
  }

  async #fetch(entry: Source): Promise<void> {
    if (this.#here.has(entry.id)) return;
    const { url, bytes, sha256: hash } = entry;
    const onProgress = (received: number): void => this.#onProgress(entry.id, received, bytes);
    await download({
      url,
      bytes,
      digest: { algorithm: 'sha256', hex: hash },
      target: this.#path(hash, 'text'),
      onProgress,
    });
    this.#here.add(entry.id);
  }

  async #import(name: string, { data, changes }: ImportedData): Promise<DatasetInfo> {
    const stored = bytesOf(data);
    needShort(name, stored.byteLength);
    const [hash, kind] = [sha256(stored), kindOf(data)];
    await this.#readList();
    const same = this.list().find((entry) => entry.sha256 === hash && entry.state === 'here');
    if (same === undefined) {
      const about = { title: name.normalize('NFC'), bytes: stored.byteLength, sha256: hash };
      const entry = { ...about, ...(kind === 'text' ? {} : { kind, ...aboutOf(data) }) };
      const path = this.#path(hash, kind);
      await asFile('import', path, () => writeWhole(path, stored));
      // Another lab may have imported in the meantime: its texts stay, and its names are taken.
      this.#imported = await changeStored('imported texts', this.#listPath(), (now) => {
        this.#imported = listOf(now);
        const known = this.#imported.some((one) => one.sha256 === hash);
        return known ? this.#imported : [...this.#imported, { id: this.#freeId(name), ...entry }];
      });
      this.#problem = null;
    }
    const found = this.list().find((entry) => entry.sha256 === hash);
    if (found === undefined) throw new Error('datasets: an imported text must be in the list');
    return { ...found, changes };
  }

  async #stored(id: string): Promise<TaskData> {
    const find = (): readonly (Source | Imported)[] =>
      matchName([...this.#entries, ...this.#imported], (known) => known.id, id);
    // Another lab may have imported it since.
    if (find().length === 0) await this.#readList();
    const [entry, ...others] = find();
    if (entry === undefined || others.length > 0) throw this.#unknown(id);
    if ('url' in entry && !this.#here.has(entry.id)) {
      throw new AppFailure({
        code: 'not-found',
        message: say`text "${asIs(id)}" must be downloaded first (${entry.bytes} bytes)`,
        field: 'task.fields.dataset',
        cure: say`Download it in the setup panel or with \`minrnn data download\`, or choose "moby-dick", which is always here.`,
      });
    }
    const kind = kindOfEntry(entry);
    const path = this.#path(entry.sha256, kind);
    const bytes = await asFile('text', path, () => readFile(path));
    if (sha256(bytes) === entry.sha256) return unwrap(readData(kind, id, bytes));
    throw new AppFailure({
      code: 'damaged-file',
      message: say`text "${asIs(id)}": ${asIs(path)} must have SHA-256 ${asIs(entry.sha256)}, got ${asIs(sha256(bytes))}`,
      cure: say`Remove the file and import or download it again.`,
    });
  }

  #unknown(id: string): AppFailure {
    const known = this.list().map((entry) => entry.id);
    return new AppFailure({
      code: 'not-found',
      message: unknownName(say`text`, id, known),
      field: 'task.fields.dataset',
    });
  }

  #freeId(name: string): string {
    return freeFileName(
      textId(name),
      this.list().map((entry) => entry.id),
      '-',
    );
  }

  #path(hash: string, kind: DataNeed): string {
    return join(this.#folder(), fileOf(kind, hash));
  }

  #listPath(): string {
    return join(this.#folder(), 'imported.json');
  }
}

function needShort(name: string, bytes: number): void {
  if (bytes <= readLimits.text) return;
  throw new AppFailure({
    code: 'bad-input',
    message: say`text "${asIs(name)}": a text must have at most ${readLimits.text} bytes as UTF-8 (256 MiB), got ${bytes}`,
    field: 'path',
    cure: say`Choose a smaller file, or a part of it.`,
  });
}
