// Format 3: how each symbol of a sample came about, and what runs answered to held-out examples while they trained.
import type { Migration } from './index.ts';

const detail = 'ALTER TABLE samples ADD COLUMN detail TEXT CHECK (detail IS NULL OR json_valid(detail));';

const answers = `
CREATE TABLE answers (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  step REAL NOT NULL,
  answers TEXT NOT NULL CHECK (json_valid(answers)),
  UNIQUE (run, step)
) STRICT;`;

export const withShowing: Migration = {
  version: 3,
  name: 'showing',
  additive: true,
  apply: (db) => db.exec(detail + answers),
};
