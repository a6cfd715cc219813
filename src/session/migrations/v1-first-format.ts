// Format 1: every table of the first release, made from nothing. README.md of the parent folder explains each column.
import type { Migration } from './index.ts';

const session = `
CREATE TABLE session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  experiment TEXT CHECK (experiment IS NULL OR json_valid(experiment)),
  baseline TEXT,
  created TEXT NOT NULL
) STRICT;`;

const runs = `
CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL,
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  name TEXT NOT NULL,
  variant INTEGER NOT NULL,
  identity INTEGER NOT NULL,
  intent TEXT NOT NULL CHECK (intent IN ('queued', 'active', 'paused', 'stopped', 'finished', 'diverged', 'failed')),
  problem TEXT,
  cursor TEXT NOT NULL CHECK (json_valid(cursor)),
  facts TEXT CHECK (facts IS NULL OR json_valid(facts)),
  environment TEXT CHECK (environment IS NULL OR json_valid(environment)),
  step_seconds TEXT CHECK (step_seconds IS NULL OR json_valid(step_seconds)),
  warmup_seconds REAL,
  peak_bytes INTEGER,
  forked_from TEXT CHECK (forked_from IS NULL OR json_valid(forked_from)),
  note TEXT NOT NULL,
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1))
) STRICT;
CREATE TRIGGER runs_are_frozen BEFORE UPDATE OF id, spec ON runs
BEGIN SELECT RAISE(ABORT, 'the id and the spec of a run never change'); END;`;

const metrics = `
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  points INTEGER NOT NULL,
  last_step REAL NOT NULL,
  last_value REAL,
  UNIQUE (run, metric)
) STRICT;
CREATE TABLE metric_chunks (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  summary BLOB NOT NULL,
  coarse BLOB NOT NULL,
  fine BLOB NOT NULL,
  UNIQUE (series, start)
) STRICT;
CREATE TABLE metric_points (
  chunk INTEGER PRIMARY KEY REFERENCES metric_chunks (id) ON DELETE CASCADE,
  crc INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE TABLE metric_tail (
  series INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (series, start)
) STRICT;`;

const checkpoints = `
CREATE TABLE checkpoints (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('latest', 'best', 'kept')),
  step REAL NOT NULL,
  cursor TEXT NOT NULL CHECK (json_valid(cursor)),
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX checkpoints_one_of_kind ON checkpoints (run, kind) WHERE kind <> 'kept';
CREATE UNIQUE INDEX checkpoints_kept_by_step ON checkpoints (run, step) WHERE kind = 'kept';`;

const words = `
CREATE TABLE samples (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  step REAL NOT NULL,
  prompt TEXT NOT NULL,
  temperature REAL NOT NULL,
  seed REAL NOT NULL,
  text TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;
CREATE INDEX samples_by_run ON samples (run);
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  run TEXT,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;`;

export const firstFormat: Migration = {
  version: 1,
  name: 'first-format',
  apply: (db) => db.exec(session + runs + metrics + checkpoints + words),
};
