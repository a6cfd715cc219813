// The session file as the rest of the program sees it. The storage, and the separate thread for SQLite, are hidden.
export { sessionFiles } from './client.ts';
export { columnsOf, metricsOfRun, multiplesAt, type Exportable } from './export/columns.ts';
export { csvOf } from './export/csv.ts';
export { jsonOfSession } from './export/json.ts';
export type {
  MergeReport,
  SessionEvent,
  SessionFiles,
  SessionHead,
  SessionStore,
  StoredCheckpoint,
  StoredRun,
  StoredText,
} from './store.ts';
