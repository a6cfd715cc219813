// Format 2: which text each run learned, by content, and optionally the texts themselves.
import type { Migration } from './index.ts';

const use = 'ALTER TABLE runs ADD COLUMN texts TEXT CHECK (texts IS NULL OR json_valid(texts));';

const texts = `
CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;`;

export const withTexts: Migration = {
  version: 2,
  name: 'texts',
  additive: true,
  apply: (db) => db.exec(use + texts),
};
