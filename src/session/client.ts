// SessionFiles and SessionStore for the lab's own thread: every call is passed to the worker thread with SQLite.
import { statSync } from 'node:fs';
import { AppFailure, ok } from '../engine/core/result.ts';
import type { AppError, Result } from '../engine/core/result.ts';
import type { CheckpointData } from '../protocol/engine.ts';
import type { RecentSession } from '../protocol/state.ts';
import { Channel } from './channel.ts';
import { Looker } from './looker.ts';
import type { Opened, Operations } from './operations.ts';
import type { SessionFiles, SessionStore } from './store.ts';

/** Converts a rejection with an expected failure to an error value; bugs stay rejections. */
async function settle<T>(promise: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await promise);
  } catch (error) {
    if (error instanceof AppFailure && error.appError.code !== 'bug') return { ok: false, error: error.appError };
    throw error;
  }
}

/** A copy of the bytes, so that transferring them to the worker does not detach the caller's buffer. */
const ownBytes = (data: CheckpointData): CheckpointData => ({ ...data, bytes: data.bytes.slice() });

async function closeStore(channel: Channel): Promise<AppError | null> {
  try {
    return await channel.call('close', []);
  } finally {
    await channel.end();
  }
}

function readCalls(
  channel: Channel,
): Pick<
  SessionStore,
  | 'verify'
  | 'head'
  | 'runs'
  | 'series'
  | 'standings'
  | 'lastValues'
  | 'checkpoints'
  | 'checkpoint'
  | 'samples'
  | 'sampleMarks'
  | 'sample'
  | 'answers'
  | 'events'
> {
  return {
    verify: async () => {
      const found = await settle(channel.call('verify', []));
      return found.ok ? ok(null) : found;
    },
    head: () => channel.call('head', []),
    runs: () => channel.call('runs', []),
    series: (query) => channel.call('series', [query]),
    standings: () => channel.call('standings', []),
    lastValues: (id) => channel.call('lastValues', [id]),
    checkpoints: (id) => channel.call('checkpoints', [id]),
    checkpoint: async (id, which) => {
      const found = await settle(channel.call('checkpoint', [id, which]));
      return found.ok ? found.value : found;
    },
    samples: (id) => channel.call('samples', [id]),
    sampleMarks: (id) => channel.call('sampleMarks', [id]),
    sample: (id, sample) => channel.call('sample', [id, sample]),
    answers: (id) => channel.call('answers', [id]),
    events: () => channel.call('events', []),
  };
}

function textCalls(channel: Channel): Pick<SessionStore, 'texts' | 'text' | 'putText'> {
  return {
    texts: () => channel.call('texts', []),
    text: async (sha256) => {
      const found = await settle(channel.call('text', [sha256]));
      return found.ok ? found.value : found;
    },
    putText: (name, data) => channel.call('putText', [name, data]),
  };
}

type WriteCalls =
  | 'edit'
  | 'addRuns'
  | 'addFork'
  | 'updateRun'
  | 'deleteRun'
  | 'appendMetrics'
  | 'truncateMetrics'
  | 'putCheckpoint'
  | 'addSample'
  | 'addAnswers'
  | 'addEvent';

function writeCalls(channel: Channel): Pick<SessionStore, WriteCalls> {
  return {
    edit: (change) => channel.call('edit', [change]),
    addRuns: (runs) => channel.call('addRuns', [runs]),
    addFork: (run, start, detail) => {
      const own = ownBytes(start);
      return channel.call('addFork', [run, own, detail], [own.bytes.buffer as ArrayBuffer]);
    },
    updateRun: (id, change) => channel.call('updateRun', [id, change]),
    deleteRun: (id) => channel.call('deleteRun', [id]),
    appendMetrics: (id, columns) => channel.call('appendMetrics', [id, columns]),
    truncateMetrics: (id, step) => channel.call('truncateMetrics', [id, step]),
    putCheckpoint: (id, data) => {
      const own = ownBytes(data);
      return channel.call('putCheckpoint', [id, own], [own.bytes.buffer as ArrayBuffer]);
    },
    addSample: (sample) => channel.call('addSample', [sample]),
    addAnswers: (answers) => channel.call('addAnswers', [answers]),
    addEvent: (run, kind, detail) => channel.call('addEvent', [run, kind, detail]),
  };
}

function storeOver(channel: Channel, opened: Opened): SessionStore {
  let closing: Promise<AppError | null> | null = null;
  let now = opened;
  return {
    get path() {
      return now.path;
    },
    get readOnly() {
      return now.readOnly;
    },
    get problem() {
      return now.problem;
    },
    ...readCalls(channel),
    ...writeCalls(channel),
    ...textCalls(channel),
    saveCopy: async (target, overwrite) => {
      const saved = await settle(channel.call('saveCopy', [target, overwrite]));
      return saved.ok ? ok(null) : saved;
    },
    moveTo: async (target, overwrite) => {
      const moved = await settle(channel.call('moveTo', [target, overwrite]));
      if (!moved.ok) return moved;
      now = moved.value.opened;
      return ok(moved.value.left);
    },
    close: () => (closing ??= closeStore(channel)),
  };
}

/** A separate thread for one open session; it ends if opening fails. */
async function openWith(ask: (channel: Channel) => Promise<Opened>): Promise<Result<SessionStore>> {
  const channel = new Channel();
  const opened = await settle(ask(channel));
  if (opened.ok) return ok(storeOver(channel, opened.value));
  await channel.end();
  return opened;
}

/** A thread for one task, so that a long one delays nothing else. */
async function once<K extends keyof Operations>(
  name: K,
  args: Parameters<Operations[K]>,
): Promise<Result<ReturnType<Operations[K]>>> {
  const channel = new Channel();
  try {
    return await settle(channel.call(name, args));
  } finally {
    await channel.end();
  }
}

/** Seconds a look at any file may take; a list of sessions reads a few pages of each. */
const glance = 5;
/** Bytes a second that every disk can read, which extends the limit for large files. */
const slowestDisk = 10 * 2 ** 20;

const secondsFor = (path: string): number =>
  4 * glance + (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / slowestDisk;

/** For quick looks, and for checks, which may take long without delaying others. */
const glancing = new Looker();
const checking = new Looker();

/** Files that took too long, and until when (milliseconds of `performance.now`) they are skipped. */
const slow = new Map<string, { readonly until: number; readonly error: unknown }>();
const slowFor = 60_000;

async function glanceAt(path: string): Promise<RecentSession> {
  const known = slow.get(path);
  if (known && performance.now() < known.until) throw known.error;
  const asked = performance.now();
  try {
    return await glancing.ask('recent', path, glance);
  } catch (error) {
    if (performance.now() - asked >= glance * 1000) slow.set(path, { until: performance.now() + slowFor, error });
    throw error;
  }
}

/** Session files of this machine. */
export const sessionFiles: SessionFiles = {
  create: (path, head) => openWith((channel) => channel.call('create', [path, head])),
  open: (path, options) => openWith((channel) => channel.call('open', [path, options?.readOnly ?? false])),
  move: async (from, to) => {
    const moved = await once('move', [from, to]);
    return moved.ok ? ok(null) : moved;
  },
  describe: (path) => settle(checking.ask('describe', path, secondsFor(path))),
  recent: (path) => settle(glanceAt(path)),
  check: (path) => settle(checking.ask('check', path, secondsFor(path))),
  sweep: (folders) => once('sweep', [folders]),
  copy: async (path, to) => {
    const copied = await once('copy', [path, to]);
    return copied.ok ? ok(null) : copied;
  },
  merge: (paths, to, options) => once('merge', [paths, to, options]),
};
