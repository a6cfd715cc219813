// Runs of several session files in a new one, each with its id, settings, history, checkpoints and machine. The files are only read; the new one
// is complete or absent.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { asIs, say } from '../../engine/core/say.ts';
import { planEvent, planFrom } from '../../engine/spec/statistics/plans.ts';
import { unwrap } from '../../engine/core/result.ts';
import { fillNew } from '../create.ts';
import { insertEvent, readEvents } from '../events.ts';
import { failure } from '../failures.ts';
import {
  acquireWriterLock,
  canonicalPath,
  existingFile,
  isBeingWritten,
  publish,
  taken,
  unfinished,
} from '../files/index.ts';
import { readHead } from '../head.ts';
import { migrations } from '../migrations/index.ts';
import { openSession } from '../open.ts';
import type { OpenSession } from '../opened.ts';
import { numberOf, openWritable, scalar, write } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import type { MergeOptions, MergeReport, SessionEvent, SessionHead } from '../store.ts';
import { verifiedText } from '../texts.ts';
import { arrange } from './arrange.ts';
import { choose, type Kept, type Source } from './choose.ts';
import { addSamples, copyRun, copyTexts } from './copy-run.ts';

const longestSessionName = 200;

function requireApart(files: readonly string[], target: string): void {
  if (files.length < 2)
    throw failure(
      'bad-input',
      say`merge: at least two sessions must be named, got ${files.length}`,
      say`Name two or more session files.`,
    );
  const twice = files.find((file, at) => files.indexOf(file) !== at);
  if (twice !== undefined)
    throw failure(
      'bad-input',
      say`merge: each session must be named once, got ${asIs(twice)} twice`,
      say`Name it once.`,
    );
  if (files.includes(target))
    throw failure(
      'conflict',
      say`merge: the new session must be another file than those that are merged, got ${asIs(target)}`,
      say`Choose another name.`,
    );
  if (existsSync(target)) throw taken(target);
}

/** A damaged file would lose what cannot be read without a word in the result, so a person decides that first. */
function openWhole(path: string): OpenSession {
  const session = openSession(path, { readOnly: true, older: true });
  if (session.problem === null) return session;
  session.close();
  throw failure(
    'damaged-file',
    say`merge: ${asIs(path)} must be whole, got ${session.problem.message}`,
    say`Open it in the lab and save it under another name: that copy holds all that can be read, and can be merged.`,
  );
}

function headOf(sources: readonly Source[], name: string | null): SessionHead {
  const heads = sources.map(({ db }) => readHead(db));
  const experiments = new Set(heads.flatMap(({ experiment }) => (experiment ? [JSON.stringify(experiment)] : [])));
  const baseline = sources.flatMap(({ renamed }, at) => {
    const id = heads[at]?.baseline ?? null;
    return id === null ? [] : [renamed.get(id) ?? id];
  });
  return {
    name: name ?? [...new Set(heads.map((head) => head.name))].join(' + ').slice(0, longestSessionName),
    note: [...new Set(heads.map((head) => head.note.trim()).filter((note) => note !== ''))].join('\n\n'),
    experiment: experiments.size === 1 ? (heads.find((head) => head.experiment !== null)?.experiment ?? null) : null,
    baseline: baseline[0] ?? null,
  };
}

/** A person's words about all copies of a run: none is lost. */
function wordsOf({ copy, others }: Kept): { readonly note: string; readonly tags: string } {
  const runs = [...others, copy].map(({ run }) => run);
  const notes = new Set(runs.map(({ note }) => note).filter((note) => note !== ''));
  return { note: [...notes].join('\n\n'), tags: JSON.stringify([...new Set(runs.flatMap(({ tags }) => tags))]) };
}

function copyKept(to: Database, kept: readonly Kept[], sources: readonly Source[], models: readonly string[]): void {
  const places = arrange(
    kept.map(({ source, copy }) => ({ source, run: copy.run })),
    sources.map(({ name }) => name),
    models,
  );
  for (const [position, one] of kept.entries()) {
    const { id, copy, others, source } = one;
    const origin = copy.run.forkedFrom;
    const parent = origin === null ? undefined : sources[source]?.renamed.get(origin.run);
    const made = copyRun(copy.db, copy.row, to, {
      id,
      position,
      ...places[position],
      ...wordsOf(one),
      ...(parent === undefined ? {} : { forked_from: JSON.stringify({ ...origin, run: parent }) }),
    });
    for (const { db, row } of others) addSamples(db, numberOf(row, 'key'), copy.run.cursor.step, to, made);
  }
}

/** An event about runs with other ids here: its plan names those. */
function moved({ renamed }: Source, event: SessionEvent): SessionEvent {
  if (renamed.size === 0) return event;
  const idOf = (id: string): string => renamed.get(id) ?? id;
  const plan = event.kind === planEvent ? planFrom(event.detail) : null;
  const detail =
    plan === null ? event.detail : JSON.stringify({ ...plan, runs: plan.runs.map((ids) => ids.map(idOf)) });
  return { ...event, run: event.run === null ? null : idOf(event.run), detail };
}

/** In the order of time; what two files tell alike is told once. */
function copyEvents(to: Database, sources: readonly Source[]): void {
  const events = sources.flatMap((source) => readEvents(source.db).map((event) => moved(source, event)));
  const once = new Map(events.map((event) => [JSON.stringify(event), event]));
  const ordered = [...once.values()].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  for (const { at, run, kind, detail } of ordered) insertEvent(to, run, kind, detail, at);
}

function noteMerge(to: Database, report: MergeReport): void {
  const files = report.sources.map(({ path, runs }) => `${basename(path)} (${runs} runs)`);
  insertEvent(to, null, 'merge', files.join(', '));
  for (const { id, how, again } of report.repeated)
    if (how === 'both')
      insertEvent(to, id, 'merge', `another history of a run of the same id, from ${basename(again)}`);
}

/** Runs of equal settings and seed under different ids: nothing is wrong with them, but no statistic counts them as two seeds. */
function alikeIn(kept: readonly Kept[], sources: readonly Source[]): MergeReport['alike'] {
  const groups = Map.groupBy(
    kept.filter(({ copy }) => copy.run.forkedFrom === null),
    ({ copy }) => JSON.stringify(copy.run.spec),
  );
  return [...groups.values()]
    .filter((group) => new Set(group.map(({ source }) => source)).size > 1)
    .map((group) =>
      group.map(({ id, copy, source }) => ({ id, name: copy.run.name, path: sources[source]?.path ?? '' })),
    );
}

function fill(temporary: string, sources: readonly Source[], target: string, options: MergeOptions): MergeReport {
  const { kept, repeated } = choose(sources, options.keepBoth);
  fillNew(temporary, headOf(sources, options.name), migrations);
  const report: MergeReport = {
    path: target,
    runs: kept.length,
    sources: sources.map(({ path, db }) => ({
      path,
      runs: scalar(db, 'SELECT count(*) FROM runs'),
      beingWritten: isBeingWritten(path),
    })),
    repeated,
    alike: alikeIn(kept, sources),
  };
  const to = openWritable(temporary);
  try {
    write(to, 'full', () => {
      copyKept(to, kept, sources, options.models);
      for (const { db } of sources) copyTexts(db, to, (row) => unwrap(verifiedText(row)));
      copyEvents(to, sources);
      noteMerge(to, report);
    });
  } finally {
    to.close();
  }
  return report;
}

/** See SessionFiles.merge. Throws AppFailure. */
export function mergeSessions(paths: readonly string[], out: string, options: MergeOptions): MergeReport {
  const files = paths.map(existingFile);
  const target = canonicalPath(out);
  requireApart(files, target);
  const open: OpenSession[] = [];
  try {
    const sources = files.map((path): Source => {
      const session = openWhole(path);
      open.push(session);
      // One consistent state of each file, whatever its writer does meanwhile.
      session.db.exec('BEGIN');
      return { path, name: readHead(session.db).name, db: session.db, renamed: new Map() };
    });
    return unfinished(target, 'new', (temporary) => {
      const report = fill(temporary, sources, target, options);
      const lock = acquireWriterLock(target);
      try {
        publish(temporary, target, false);
      } finally {
        lock.release();
      }
      return report;
    });
  } finally {
    for (const session of open) {
      session.db.exec('ROLLBACK');
      session.close();
    }
  }
}
