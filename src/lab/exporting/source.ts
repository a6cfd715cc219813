// What the writers of exports read, and what they make. Writers know neither paths nor doors.
import type { UiLanguage } from '../../protocol/ipc.ts';
import type { ReportPicture, RunId, RunState, SessionState } from '../../protocol/state.ts';
import type { Exportable, SessionStore, StoredRun } from '../../session/index.ts';

export interface ExportSource {
  readonly store: SessionStore;
  /** The chosen runs as they are stored, and as a door shows them. */
  readonly runs: readonly StoredRun[];
  readonly states: readonly RunState[];
  /** The store with only these runs. */
  readonly part: Exportable;
  readonly session: SessionState;
  /** What the files are called before their endings. */
  readonly stem: string;
  /** What each run is called in a file name. */
  readonly names: ReadonlyMap<RunId, string>;
  /** Of the report and the pictures: the person's who asks for them. */
  readonly language: UiLanguage;
  /** CSV begins with a byte order mark. */
  readonly bom: boolean;
  readonly pictures: readonly ReportPicture[];
}

export interface ExportFile {
  /** What tells this file from the others of the same export: the name of its run, or a path within a folder; `''` = the only one. */
  readonly suffix: string;
  readonly data: string | Uint8Array;
}
