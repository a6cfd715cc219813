// The input and output of export writers. Writers are independent of paths and front ends.
import type { UiLanguage } from '../../protocol/ipc.ts';
import type { ReportPicture, RunId, RunState, SessionState } from '../../protocol/state.ts';
import type { Exportable, SessionStore, StoredRun } from '../../session/index.ts';

export interface ExportSource {
  readonly store: SessionStore;
  /** The chosen runs as stored, and as shown by a front end. */
  readonly runs: readonly StoredRun[];
  readonly states: readonly RunState[];
  /** The store with only these runs. */
  readonly part: Exportable;
  readonly session: SessionState;
  /** File name without its extension. */
  readonly stem: string;
  /** The file name of each run. */
  readonly names: ReadonlyMap<RunId, string>;
  /** Language of the report and the pictures: that of the person who requests them. */
  readonly language: UiLanguage;
  /** CSV begins with a byte order mark. */
  readonly bom: boolean;
  readonly pictures: readonly ReportPicture[];
}

export interface ExportFile {
  /** Distinguishes this file from the others of the same export: the name of its run, or a path within a folder; `''` = the only one. */
  readonly suffix: string;
  readonly data: string | Uint8Array;
}
