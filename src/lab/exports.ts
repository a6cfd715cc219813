// A session as files for other programs: CSV and JSON of everything measured, safetensors of the weights. Changes nothing in the session.
import { existsSync } from 'node:fs';
import { dirname, basename, join } from 'node:path';
import { readSafetensors, writeSafetensors } from '../engine/core/safetensors.ts';
import { AppFailure, unwrap } from '../engine/core/result.ts';
import { otherTexts, textOfRun } from '../engine/spec/text-identity.ts';
import { fileNames } from '../protocol/file-name.ts';
import type { LabParams, LabReply, RunId } from '../protocol/lab.ts';
import { csvOf, jsonOfSession, type SessionStore, type StoredRun } from '../session/index.ts';
import { requireReplaceable, writeWhole } from '../session/files/index.ts';
import { asFile } from './files.ts';

type Request = LabParams<'session/export'>;

/** Tensors of a checkpoint that belong to the optimiser begin with this. */
const optimiserPrefix = 'optimiser/';

/** The part of a store an export reads, with only some of its runs. */
function onlyRuns(store: SessionStore, chosen: ReadonlySet<RunId>): Parameters<typeof csvOf>[0] {
  return {
    head: () => store.head(),
    runs: async () => (await store.runs()).filter((run) => chosen.has(run.id)),
    series: (query) => store.series(query),
    lastValues: (id) => store.lastValues(id),
    checkpoints: (id) => store.checkpoints(id),
    samples: (id) => store.samples(id),
    events: () => store.events(),
  };
}

async function chosenRuns(store: SessionStore, wanted: readonly RunId[] | undefined): Promise<readonly StoredRun[]> {
  const all = await store.runs();
  if (wanted === undefined) return all;
  return wanted.map((id) => {
    const run = all.find((one) => one.id === id);
    if (run) return run;
    throw new AppFailure({ code: 'not-found', message: `export: there is no run "${id}"`, field: 'runs' });
  });
}

/** `strict` = for a page: only exports of this program's own are ever replaced. */
export async function exportSession(
  store: SessionStore,
  request: Request,
  strict = false,
): Promise<LabReply<'session/export'>> {
  const runs = await chosenRuns(store, request.runs);
  if (request.format === 'safetensors') return exportWeights(store, runs, request, strict);
  const part = onlyRuns(store, new Set(runs.map((run) => run.id)));
  const pieces = request.format === 'csv' ? csvOf(part, request.bom) : jsonOfSession(part);
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(piece);
  const text = parts.join('');
  if (request.path === undefined) return { path: null, text };
  await writeExports([{ path: request.path, data: text }], request, strict);
  return { path: request.path, text: null };
}

/** One file a run: at `path`, or with the run's name added when there are several. Beside the session when no path is given. */
async function exportWeights(
  store: SessionStore,
  runs: readonly StoredRun[],
  request: Request,
  strict: boolean,
): Promise<LabReply<'session/export'>> {
  const base = request.path ?? join(dirname(store.path), `${basename(store.path, '.rnnlab')}.safetensors`);
  const names = await exportNames(store, basename(base, '.safetensors'));
  const targets: { readonly path: string; readonly data: Uint8Array }[] = [];
  for (const run of runs) {
    const marks = await store.checkpoints(run.id);
    if (!marks.some((mark) => mark.kind === 'latest')) continue;
    const path =
      runs.length === 1 && request.path !== undefined
        ? base
        : base.replace(/(\.safetensors)?$/, `-${names.get(run.id) ?? run.id}.safetensors`);
    targets.push({ path, data: weightsOf(unwrap(await store.checkpoint(run.id, 'latest')).bytes, run) });
  }
  const [first] = targets;
  if (first === undefined) {
    throw new AppFailure({
      code: 'not-found',
      message: 'export: none of the runs has weights saved yet',
      cure: 'Let a run reach its first checkpoint.',
    });
  }
  await writeExports(targets, request, strict);
  return { path: first.path, text: null };
}

/** What each run of the session is called in a file name: the same whichever of them are exported. */
async function exportNames(store: SessionStore, stem: string): Promise<ReadonlyMap<RunId, string>> {
  const runs = await store.runs();
  const files = fileNames(
    runs.map((run) => run.name),
    `${stem}-.safetensors`,
  );
  return new Map(runs.map((run, i) => [run.id, files[i] ?? run.id]));
}

/** Which text they were learnt from, and whether it was changed on the way. */
function textMetadata(run: StoredRun): Record<string, string> {
  const uses = run.texts ?? [];
  const text = textOfRun(uses);
  if (text === null) return {};
  const learnt = { text: text.name, text_sha256: text.sha256 };
  return otherTexts(uses).length > 0 ? { ...learnt, other_data: 'true' } : learnt;
}

/** The weights alone, as other programs expect them, with where they come from. */
function weightsOf(bytes: Uint8Array, run: StoredRun): Uint8Array {
  const { tensors, metadata } = unwrap(readSafetensors(bytes));
  const weights = new Map([...tensors].filter(([name]) => !name.startsWith(optimiserPrefix)));
  return writeSafetensors({
    tensors: weights,
    metadata: { ...metadata, run: run.name, model: run.spec.model.kind, ...textMetadata(run) },
  });
}

interface Target {
  readonly path: string;
  readonly data: string | Uint8Array;
}

/** All of them can be written before the first is. */
async function writeExports(
  targets: readonly Target[],
  { format, overwrite = false }: Request,
  strict: boolean,
): Promise<void> {
  for (const { path } of targets) {
    requireReplaceable(path, format, strict);
    if (!overwrite && existsSync(path)) {
      const cure = 'Choose another name, or allow it to be replaced.';
      throw new AppFailure({ code: 'conflict', message: `export: ${path} is already there`, cure });
    }
  }
  for (const { path, data } of targets)
    await asFile('export', path, () => writeWhole(path, data, { overwrite, shared: true }));
}
