// The entry of a file in the list of sessions, read in a few queries without checking or locking it.
import { basename } from 'node:path';
import type { AppError } from '../engine/core/result.ts';
import type { RecentSession, RunStatus, SessionDetails } from '../protocol/state.ts';
import { existingFile, factsOf, isBeingWritten, requireReadableHere } from './files/index.ts';
import { isDamage } from './failures.ts';
import { tagsIn } from '../engine/spec/tags.ts';
import { bestsOf, headlineOf, isBetter, metricsOf } from '../engine/spec/task-metrics.ts';
import { readHead } from './head.ts';
import { bytesPerPoint } from './metrics/codec.ts';
import { thumbnailOf } from './metrics/thumbnail.ts';
import { openSession } from './open.ts';
import { requireSession } from './recognise.ts';
import { readRuns } from './runs.ts';
import { versionOf } from './schema.ts';
import { sizeOfShown } from './showing.ts';
import { openUntouched } from './readable.ts';
import { all, numberOf, read, scalar, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import type { StoredRun } from './store.ts';

/** The status of a whole session: the first of these that one of its runs has. */
const order: readonly RunStatus[] = [
  'running',
  'interrupted',
  'paused',
  'queued',
  'failed',
  'diverged',
  'stopped',
  'finished',
];

function statusOf(intent: StoredRun['intent'], live: boolean): RunStatus {
  if (intent === 'active') return live ? 'running' : 'interrupted';
  return intent;
}

/** Of each run that was under way, the step of the checkpoint it continues from. */
const savedTo = (db: Database): RecentSession['savedTo'] =>
  all(
    db,
    `SELECT runs.name AS name, coalesce(max(checkpoints.step), 0) AS step
       FROM runs LEFT JOIN checkpoints ON checkpoints.run = runs.key
      WHERE runs.intent = 'active' GROUP BY runs.key ORDER BY runs.position`,
  ).map((row) => ({ name: textOf(row, 'name'), step: numberOf(row, 'step') }));

/** The best value of the metric people ask for first, else of the loss; values are comparable only within one task. */
function bestOf(runs: readonly StoredRun[]): RecentSession['best'] {
  if (new Set(runs.map((run) => run.spec.task.id)).size !== 1) return null;
  const metrics = metricsOf(runs);
  for (const metric of [headlineOf(metrics), metrics[0]]) {
    if (metric === undefined) continue;
    const [first, ...others] = runs.flatMap(({ cursor }) => bestsOf(cursor)[metric.name]?.value ?? []);
    if (first === undefined) continue;
    return { metric, value: others.reduce((best, value) => (isBetter(metric, value, best) ? value : best), first) };
  }
  return null;
}

function recentOf(db: Database, path: string): RecentSession {
  const runs = readRuns(db);
  const live = runs.some((run) => run.intent === 'active') && isBeingWritten(path);
  const states = new Set(runs.map((run) => statusOf(run.intent, live)));
  const lastPoint = scalar(db, 'SELECT coalesce(max(last_step), 0) FROM metric_series');
  const lastStep = runs.reduce((most, run) => Math.max(most, run.cursor.step), lastPoint);
  const { name, note } = readHead(db);
  return {
    path,
    name: name || basename(path),
    note,
    tags: [...new Set([...tagsIn(note), ...runs.flatMap((run) => run.tags)])],
    models: [...new Set(runs.map((run) => run.spec.model.kind))],
    tasks: [...new Set(runs.map((run) => run.spec.task.id))],
    best: bestOf(runs),
    ...factsOf(path),
    runs: runs.length,
    status: order.find((status) => states.has(status)) ?? null,
    lastStep,
    savedTo: savedTo(db),
    thumbnail: thumbnailOf(db, runs, lastStep),
  };
}

function contentsOf(db: Database, bytes: number): SessionDetails['contents'] {
  const sizes = {
    metrics: {
      count: scalar(db, 'SELECT coalesce(sum(points), 0) FROM metric_series'),
      bytes:
        bytesPerPoint * scalar(db, 'SELECT coalesce(sum(points), 0) FROM metric_series') +
        scalar(db, 'SELECT coalesce(sum(length(summary) + length(coarse) + length(fine)), 0) FROM metric_chunks'),
    },
    checkpoints: {
      count: scalar(db, 'SELECT count(*) FROM checkpoints'),
      bytes: scalar(db, 'SELECT coalesce(sum(bytes), 0) FROM checkpoints'),
    },
    samples: sizeOfShown(db),
  };
  const known = sizes.metrics.bytes + sizes.checkpoints.bytes + sizes.samples.bytes;
  const rows = scalar(db, 'SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM events)');
  return [
    { what: 'metrics', ...sizes.metrics },
    { what: 'checkpoints', ...sizes.checkpoints },
    { what: 'samples', ...sizes.samples },
    { what: 'other', count: rows, bytes: Math.max(0, bytes - known) },
  ];
}

/** Reads one consistent snapshot; a damaged file is read as far as it can be salvaged, and is marked. */
function look<T>(file: string, tell: (db: Database, path: string, problem: AppError | null) => T): T {
  const path = existingFile(file);
  requireReadableHere(path);
  try {
    const db = openUntouched(path);
    try {
      requireSession(db, path);
      return read(db, () => tell(db, path, null));
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    const session = openSession(path, { readOnly: true });
    try {
      return tell(session.db, path, session.problem);
    } finally {
      session.close();
    }
  }
}

/** See SessionFiles.recent. Throws AppFailure. */
export const recentSession = (file: string): RecentSession => look(file, (db, path) => recentOf(db, path));

/** See SessionFiles.describe. Throws AppFailure. */
export function describeSession(file: string): SessionDetails {
  return look(file, (db, path, problem) => {
    const recent = recentOf(db, path);
    return {
      ...recent,
      formatVersion: versionOf(db),
      contents: contentsOf(db, recent.bytes),
      problem,
    };
  });
}
