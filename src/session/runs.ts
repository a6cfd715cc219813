// The runs of a session as rows: fixed and mutable fields. Independent of metrics and tensors.
import { readMessage, storedMessage } from './stored-message.ts';
import { asIs, say } from '../engine/core/say.ts';
import { levelsForEarlier } from '../engine/spec/task-metrics.ts';
import { failure, isDamage } from './failures.ts';
import { withoutUndefined } from './head.ts';
import * as shapes from './rows.ts';
import {
  all,
  jsonOf,
  jsonOrNull,
  numberOf,
  numberOrNull,
  one,
  oneOf,
  run,
  scalar,
  textOf,
  textOrNull,
} from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';
import type { StoredRun } from './store.ts';

type Changeable = Omit<StoredRun, 'id' | 'spec'>;
type Stored = string | number | null;

const json = (value: unknown): Stored => (value === null ? null : JSON.stringify(value));

const environmentText = (stamp: Changeable['environment']): Stored =>
  json(stamp && { ...stamp, ...(stamp.reason ? { reason: storedMessage(stamp.reason) } : {}) });

const factsText = (facts: Changeable['facts']): Stored =>
  json(facts && { ...facts, ...levelsForEarlier(facts.metrics) });

/** Column and encoding of each mutable field; exhaustive by type. */
const changeable: { readonly [K in keyof Changeable]: readonly [string, (value: Changeable[K]) => Stored] } = {
  name: ['name', (value) => value],
  variant: ['variant', (value) => value],
  identity: ['identity', (value) => value],
  intent: ['intent', (value) => value],
  problem: ['problem', (value) => value && storedMessage(value)],
  cursor: ['cursor', json],
  facts: ['facts', factsText],
  environment: ['environment', environmentText],
  stepSeconds: ['step_seconds', json],
  warmupSeconds: ['warmup_seconds', (value) => value],
  peakBytes: ['peak_bytes', (value) => value],
  forkedFrom: ['forked_from', json],
  note: ['note', (value) => value],
  tags: ['tags', json],
  hidden: ['hidden', (value) => (value ? 1 : 0)],
  texts: ['texts', json],
};

const isChangeable = (name: string): name is keyof Changeable => Object.hasOwn(changeable, name);

function encode<K extends keyof Changeable>(name: K, value: Changeable[K]): readonly [string, Stored] {
  const [column, encoding] = changeable[name];
  return [column, encoding(value)];
}

function encodeAll(change: Partial<Changeable>): readonly (readonly [string, Stored])[] {
  const names = Object.keys(withoutUndefined(change)).filter(isChangeable);
  return names.map((name) => encode(name, change[name] as Changeable[typeof name]));
}

function decodeRun(row: Row): StoredRun {
  const problem = textOrNull(row, 'problem');
  const cursor = jsonOf(row, 'cursor', shapes.trainingCursor);
  const facts = jsonOrNull(row, 'facts', shapes.runFacts);
  return {
    id: textOf(row, 'id'),
    spec: jsonOf(row, 'spec', shapes.runSpec),
    name: textOf(row, 'name'),
    variant: numberOf(row, 'variant'),
    identity: numberOf(row, 'identity'),
    intent: oneOf(row, 'intent', shapes.intents),
    problem: problem === null ? null : readMessage(problem),
    cursor,
    facts: facts && shapes.withAccuracy(facts, cursor),
    environment: jsonOrNull(row, 'environment', shapes.environmentStamp),
    stepSeconds: jsonOrNull(row, 'step_seconds', shapes.stepSeconds),
    warmupSeconds: numberOrNull(row, 'warmup_seconds'),
    peakBytes: numberOrNull(row, 'peak_bytes'),
    forkedFrom: jsonOrNull(row, 'forked_from', shapes.forkedFrom),
    note: textOf(row, 'note'),
    tags: jsonOf(row, 'tags', shapes.tags),
    hidden: numberOf(row, 'hidden') === 1,
    // Absent in an unmigrated file of the first format.
    texts: row['texts'] === undefined ? null : jsonOrNull(row, 'texts', shapes.textUses),
  };
}

/** In the order in which they were added. */
export const readRuns = (db: Database): readonly StoredRun[] =>
  all(db, 'SELECT * FROM runs ORDER BY position').map(decodeRun);

/** Row ids of runs with invalid rows. */
export function unreadableRuns(db: Database): readonly number[] {
  const isBad = (row: Row): boolean => {
    try {
      decodeRun(row);
      return false;
    } catch (error) {
      if (isDamage(error)) return true;
      throw error;
    }
  };
  return all(db, 'SELECT * FROM runs')
    .filter(isBad)
    .map((row) => numberOf(row, 'key'));
}

/** The row id of a run. */
export function keyOf(db: Database, id: string): number {
  const row = one(db, 'SELECT key FROM runs WHERE id = ?', id);
  if (row) return numberOf(row, 'key');
  throw failure('not-found', say`session: the run must be in the session, got ${asIs(id)}`);
}

/** Inside the caller's transaction. */
export function insertRuns(db: Database, runs: readonly StoredRun[]): void {
  let position = scalar(db, 'SELECT coalesce(max(position), -1) FROM runs');
  for (const { id, spec, ...rest } of runs) {
    if (one(db, 'SELECT 1 FROM runs WHERE id = ?', id)) {
      throw failure('conflict', say`addRuns: the id of a run must be new, got ${asIs(id)} again`, say`Use a new id.`);
    }
    const columns = [['id', id], ['position', ++position], ['spec', json(spec)], ...encodeAll(rest)] as const;
    const names = columns.map(([name]) => name).join(', ');
    const marks = columns.map(() => '?').join(', ');
    run(db, `INSERT INTO runs (${names}) VALUES (${marks})`, ...columns.map(([, value]) => value));
  }
}

/** Inside the caller's transaction. */
export function changeRun(db: Database, id: string, change: Partial<Changeable>): void {
  const key = keyOf(db, id);
  const columns = encodeAll(change);
  if (columns.length === 0) return;
  const assignments = columns.map(([name]) => `${name} = ?`).join(', ');
  run(db, `UPDATE runs SET ${assignments} WHERE key = ?`, ...columns.map(([, value]) => value), key);
}

/** With everything that belongs to it. Inside the caller's transaction. */
export function removeRun(db: Database, id: string): void {
  run(db, 'DELETE FROM runs WHERE key = ?', keyOf(db, id));
  run(db, 'UPDATE session SET baseline = NULL WHERE baseline = ?', id);
}
