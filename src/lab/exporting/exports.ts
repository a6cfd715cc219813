// A session as files for other programs. Makes the exports listed in protocol/export-kinds.ts, and either writes them or returns them to
// the front end. Changes nothing in the session. The writers are in lab/exporting and loaded on demand.
import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { exportKinds, type ExportFormat } from '../../protocol/export-kinds.ts';
import { fileName } from '../../protocol/file-name.ts';
import type { LabParams } from '../../protocol/lab.ts';
import type { ExportReply, RunId, SessionState } from '../../protocol/state.ts';
import { csvOf, jsonOfSession, type Exportable, type SessionStore, type StoredRun } from '../../session/index.ts';
import { requireReplaceable, writeWhole } from '../../session/files/index.ts';
import { programVersion } from '../files/program.ts';
import type { ExportFile, ExportSource } from './source.ts';
import { exportNames } from './names.ts';
import { asFile } from '../files/files.ts';

type Request = LabParams<'session/export'>;

/** Largest reply in bytes: base64 in one message. */
const largestReply = 256 * 2 ** 20;

/** The part of a store an export reads, with only some of its runs. */
function onlyRuns(store: SessionStore, chosen: ReadonlySet<RunId>): Exportable {
  return {
    head: () => store.head(),
    runs: async () => (await store.runs()).filter((run) => chosen.has(run.id)),
    series: (query) => store.series(query),
    lastValues: (id) => store.lastValues(id),
    checkpoints: (id) => store.checkpoints(id),
    samples: (id) => store.samples(id),
    answers: (id) => store.answers(id),
    events: () => store.events(),
  };
}

async function chosenRuns(store: SessionStore, wanted: readonly RunId[] | undefined): Promise<readonly StoredRun[]> {
  const all = await store.runs();
  if (wanted === undefined) return all;
  return wanted.map((id) => {
    const run = all.find((one) => one.id === id);
    if (run) return run;
    throw new AppFailure({ code: 'not-found', message: say`export: there is no run "${asIs(id)}"`, field: 'runs' });
  });
}

/** A session that can be exported: the open one, or a file that is only read. */
export interface Opened {
  readonly store: SessionStore;
  state(): SessionState;
}

async function sourceOf(opened: Opened, { runs: wanted, ...request }: Request): Promise<ExportSource> {
  const { store } = opened;
  const runs = await chosenRuns(store, wanted);
  const ids = new Set(runs.map((run) => run.id));
  const session = opened.state();
  const stem = request.path === undefined ? fileName(session.name) : basename(request.path).replace(/\.[^.]*$/, '');
  return {
    store,
    runs,
    part: onlyRuns(store, ids),
    states: session.runs.filter((run) => ids.has(run.id)),
    session,
    stem,
    names: exportNames(await store.runs(), `${stem}-${exportKinds[request.format].ending}`),
    language: request.language ?? 'en',
    bom: request.bom ?? false,
    pictures: request.pictures ?? [],
  };
}

async function gathered(pieces: AsyncGenerator<string>): Promise<string> {
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(piece);
  return parts.join('');
}

type Maker = (source: ExportSource) => Promise<readonly ExportFile[]>;

const one =
  (make: (source: ExportSource) => Promise<string | Uint8Array>): Maker =>
  async (source) => [{ suffix: '', data: await make(source) }];

const table = (kind: 'csv' | 'tsv' | 'md' | 'tex'): Maker =>
  one(async ({ states, bom }) => {
    const [{ runTable }, text] = [await import('./run-table.ts'), await import('./table-text.ts')];
    const data = runTable(states);
    if (kind === 'csv') return text.tableCsv(data, bom);
    return { tsv: text.tableTsv, md: text.tableMarkdown, tex: text.tableLatex }[kind](data);
  });

/** Variants with their seeds; the baseline is the reference. */
const seeds = (kind: 'csv' | 'md' | 'tex' | 'json'): Maker =>
  one(async ({ states, session, bom }) => {
    const [{ seedTable, seedJson }, text] = [await import('./seed-table.ts'), await import('./table-text.ts')];
    const data = seedTable({ ...session, runs: states });
    if (kind === 'csv') return text.tableCsv(data, bom);
    return { md: text.tableMarkdown, tex: text.tableLatex, json: seedJson }[kind](data);
  });

const makers: Readonly<Record<ExportFormat, Maker>> = {
  csv: one(({ part, bom }) => gathered(csvOf(part, bom))),
  json: one(({ part }) => gathered(jsonOfSession(part))),
  parquet: one(async ({ part }) => (await import('./parquet.ts')).parquetOf(part, `minRNN Lab ${programVersion()}`)),
  tensorboard: async ({ part, names }) => (await import('./tensorboard.ts')).eventFiles(part, names),
  'table-csv': table('csv'),
  'table-tsv': table('tsv'),
  'table-md': table('md'),
  'table-tex': table('tex'),
  'seeds-csv': seeds('csv'),
  'seeds-md': seeds('md'),
  'seeds-tex': seeds('tex'),
  'seeds-json': seeds('json'),
  onnx: async (source) => {
    const { onnxOf } = await import('./onnx/network.ts');
    return (await import('./weights.ts')).filesOf(source, onnxOf);
  },
  svg: async (source) => (await import('./pictures/race-pictures.ts')).pictureFiles(source),
  html: one(async (source) => (await import('./report.ts')).reportOf(source)),
  torch: async (source) => (await import('./weights.ts')).torchWeights(source),
  safetensors: async (source) => (await import('./weights.ts')).plainWeights(source),
};

export const exportFiles = async (opened: Opened, request: Request): Promise<readonly ExportFile[]> =>
  makers[request.format](await sourceOf(opened, request));

/** `strict` = for a page: only exports of this program may be replaced. */
export async function exportSession(opened: Opened, request: Request, strict = false): Promise<ExportReply> {
  const files = await exportFiles(opened, request);
  if (request.path !== undefined) return write(files, request.path, request, strict);
  return reply(files, request.format, fileName(opened.state().name));
}

/** Where each file goes: one at the path itself, several beside it with their own endings, a folder of event files below it. */
async function write(
  files: readonly ExportFile[],
  path: string,
  request: Request,
  strict: boolean,
): Promise<ExportReply> {
  const { format, overwrite = false } = request;
  const { ending } = exportKinds[format];
  const base = path.replace(new RegExp(`\\${ending}$`, 'i'), '');
  const targets = await placed(files, format, path, base);
  const [first] = targets;
  if (first === undefined) throw new Error(`export: ${format} made no file`);
  for (const target of targets) {
    requireReplaceable(target.path, kindOf(format), strict);
    if (!overwrite && existsSync(target.path)) {
      const cure = say`Choose another name, or allow it to be replaced.`;
      throw new AppFailure({ code: 'conflict', message: say`export: ${asIs(target.path)} is already there`, cure });
    }
  }
  // Checks that all files can be written before writing the first.
  for (const target of targets)
    await asFile('export', target.path, () => writeWhole(target.path, target.data, { overwrite, shared: true }));
  return { path: format === 'tensorboard' ? path : first.path, text: null };
}

interface Target {
  readonly path: string;
  readonly data: string | Uint8Array;
}

async function placed(
  files: readonly ExportFile[],
  format: ExportFormat,
  path: string,
  base: string,
): Promise<readonly Target[]> {
  const [first] = files;
  if (format === 'tensorboard') {
    if (extname(path).toLowerCase() === '.zip') return [{ path, data: await archive(files) }];
    return files.map(({ suffix, data }) => ({ path: join(path, suffix), data }));
  }
  if (files.length === 1 && first !== undefined) return [{ path, data: first.data }];
  return files.map(({ suffix, data }) => ({ path: `${base}-${suffix}${exportKinds[format].ending}`, data }));
}

const kindOf = (format: ExportFormat): Parameters<typeof requireReplaceable>[1] => {
  if (format === 'csv' || format === 'json') return format;
  return exportKinds[format].ending === '.safetensors' ? 'safetensors' : 'export';
};

export async function archive(files: readonly ExportFile[]): Promise<Uint8Array> {
  const { zipSync, strToU8 } = await import('fflate');
  const bytes = ({ data }: ExportFile): Uint8Array => (typeof data === 'string' ? strToU8(data) : data);
  return zipSync(Object.fromEntries(files.map((file) => [file.suffix, bytes(file)])));
}

/** The files within the reply: a text as text, bytes as base64, several as one archive. */
async function reply(files: readonly ExportFile[], format: ExportFormat, stem: string): Promise<ExportReply> {
  const { ending } = exportKinds[format];
  const [first] = files;
  const single = files.length === 1 && format !== 'tensorboard' ? first : undefined;
  const suffix = single === undefined || single.suffix === '' ? '' : `-${single.suffix}`;
  if (typeof single?.data === 'string') return { path: null, text: single.data, name: `${stem}${suffix}${ending}` };
  const bytes = single?.data ?? (await archive(files.map((file) => inArchive(file, format, stem))));
  return bytesReply(bytes, single === undefined ? `${stem}-${format}.zip` : `${stem}${suffix}${ending}`);
}

export function bytesReply(bytes: Uint8Array, name: string): ExportReply {
  if (bytes.length > largestReply) {
    throw new AppFailure({
      code: 'bad-input',
      message: say`export: a download must have at most ${largestReply} bytes (256 MiB), got ${bytes.length}`,
      cure: say`Export fewer runs, or use the command line, which writes files of any size.`,
    });
  }
  return { path: null, text: null, data: Buffer.from(bytes).toString('base64'), name };
}

const inArchive = ({ suffix, data }: ExportFile, format: ExportFormat, stem: string): ExportFile =>
  format === 'tensorboard' ? { suffix, data } : { suffix: `${stem}-${suffix}${exportKinds[format].ending}`, data };
