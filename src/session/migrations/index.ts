// All migrations of the file format, oldest first. A step is never edited once a release has written files with it.
import type { Database } from '../sqlite.ts';
import { firstFormat } from './v1-first-format.ts';
import { withTexts } from './v2-texts.ts';
import { withShowing } from './v3-showing.ts';

export interface Migration {
  /** The user_version the file has afterwards. */
  readonly version: number;
  readonly name: string;
  /** Readers understand files without it, so that an older file can be viewed unchanged. */
  readonly additive?: boolean;
  /** Runs inside a transaction on a private copy of the file. */
  readonly apply: (db: Database) => void;
}

export const migrations: readonly Migration[] = [firstFormat, withTexts, withShowing];
