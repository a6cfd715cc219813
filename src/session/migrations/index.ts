// Every step the file format ever took, oldest first. A step is never edited once a release has written files with it.
import type { Database } from '../sqlite.ts';
import { firstFormat } from './v1-first-format.ts';

export interface Migration {
  /** The user_version the file has afterwards. */
  readonly version: number;
  readonly name: string;
  /** Runs inside a transaction on a private copy of the file. */
  readonly apply: (db: Database) => void;
}

export const migrations: readonly Migration[] = [firstFormat];
