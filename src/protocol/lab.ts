// The contract between the lab process and its front ends (Electron window, browser, CLI): request map and event map.
// Adding a message = one line here and one handler in lab/handlers/. Everything is JSON.
import type { AppError } from '../engine/core/result.ts';
import type { Catalogue, MachineReport, MixerSize } from '../engine/spec/catalogue.ts';
import type { MetricColumns, XAxis } from '../engine/spec/metrics.ts';
import type { RaceResult } from '../engine/spec/race-result.ts';
import type { LayerAsked } from '../engine/spec/reproduce/computed.ts';
import type { ScalingResult, ScalingSpec } from '../engine/spec/scaling.ts';
import type { ExportFormat } from './export-kinds.ts';
import type { UiLanguage } from './ipc.ts';
import type { ExperimentSpec, SpecIssue, TaskChoice } from '../engine/spec/run-spec.ts';
import type { TaskExamples } from '../engine/spec/showing.ts';
import type { DatasetLook, ForecastLook } from './own-data.ts';
import type { RuntimeId, RuntimeReport, WayReport } from './runtimes.ts';
import type {
  RunId,
  RunState,
  SessionState,
  RecentSession,
  SessionDetails,
  Preflight,
  RunAction,
  SeriesQuery,
  SeriesWindow,
  Sample,
  SampleMark,
  RunAnswers,
  Preset,
  Settings,
  DatasetImport,
  ReportPicture,
  ExportReply,
} from './state.ts';

/** Request name -> [parameters, reply]. A failed request rejects with AppError. */
export interface LabRequests {
  'lab/describe': [
    Record<string, never>,
    { readonly machine: MachineReport; readonly catalogue: Catalogue; readonly presets: readonly Preset[] },
  ];
  'settings/get': [Record<string, never>, Settings];
  'settings/set': [Partial<Settings>, Settings];

  /** The open session, or null on a fresh start. */
  'session/current': [Record<string, never>, SessionState | null];
  'session/new': [{ readonly name: string; readonly experiment?: ExperimentSpec }, SessionState];
  'session/open': [{ readonly path: string }, SessionState];
  /** Opens a new session with the runs of these, to compare them; the sources are unchanged. */
  'session/compare': [{ readonly paths: readonly string[] }, SessionState];
  /** Fails with `unsaved` and keeps the session open while there are unsaved changes that are not discarded. So do new and open. */
  'session/close': [{ readonly unsaved?: 'keep' | 'give-up' }, null];
  'session/save-as': [{ readonly path: string; readonly overwrite?: boolean }, SessionState];
  /** Stores the texts its runs learn in the session file. The reply contains the number of texts. */
  'session/put-texts': [Record<string, never>, { readonly texts: number }];
  'session/rename': [{ readonly name: string }, SessionState];
  'session/edit': [
    { readonly note?: string; readonly baseline?: RunId | null; readonly experiment?: ExperimentSpec },
    SessionState,
  ];
  /** Files in the sessions folder and others opened lately, newest first. */
  'session/list': [Record<string, never>, readonly RecentSession[]];
  'session/details': [{ readonly path: string }, SessionDetails];
  'session/duplicate': [{ readonly path: string }, RecentSession];
  /** Moves the file to the lab's trash; the reply's token undoes it. */
  'session/delete': [{ readonly path: string }, { readonly undo: string }];
  'session/undelete': [{ readonly undo: string }, RecentSession];
  /**
   * Writes to `path`, and refuses to overwrite unless told. Without a path the reply contains the export: `text`, or bytes as base64 in
   * `data`; several files as one archive.
   */
  'session/export': [
    {
      readonly format: ExportFormat;
      readonly runs?: readonly RunId[];
      readonly path?: string;
      readonly overwrite?: boolean;
      /** CSV starts with a byte order mark, which Excel needs to detect UTF-8. */
      readonly bom?: boolean;
      /** Language of a report and of pictures; English by default. */
      readonly language?: UiLanguage;
      /** For a report: charts as they look in the window. */
      readonly pictures?: readonly ReportPicture[];
    },
    ExportReply,
  ];
  /** For sessions that need not be open; they are unchanged. Several sessions or kinds are one archive with a folder each. */
  'session/export-several': [
    { readonly paths: readonly string[]; readonly formats: readonly ExportFormat[]; readonly language?: UiLanguage },
    ExportReply,
  ];
  'session/import-experiment': [{ readonly text: string }, ExperimentSpec];

  'experiment/validate': [{ readonly spec: ExperimentSpec }, { readonly issues: readonly SpecIssue[] }];
  /** The same code as `minrnn plan`. */
  'experiment/preflight': [{ readonly spec: ExperimentSpec }, Preflight];

  /** What one layer of each model holds at this width; null where the model refuses it. */
  'experiment/sizes': [
    { readonly width: number; readonly expansion: number },
    { readonly sizes: Readonly<Record<string, MixerSize | null>> },
  ];
  /** Weights of the recurrence of a layer, one number for each that is asked for. */
  'reproduce/weights': [{ readonly layers: readonly LayerAsked[] }, { readonly weights: readonly number[] }];

  /** Adds the runs of the experiment to the open session and starts them. */
  'race/start': [{ readonly spec: ExperimentSpec }, SessionState];
  /** Acts on the named runs; an empty list means all. */
  'race/act': [{ readonly runs: readonly RunId[]; readonly action: RunAction }, SessionState];
  'run/edit': [
    {
      readonly run: RunId;
      readonly name?: string;
      readonly note?: string;
      readonly tags?: readonly string[];
      readonly hidden?: boolean;
    },
    SessionState,
  ];
  'run/delete': [{ readonly run: RunId } | { readonly runs: readonly RunId[] }, SessionState];
  'run/sample': [
    {
      readonly run: RunId;
      readonly prompt: string;
      readonly length: number;
      readonly temperature: number;
      readonly seed: number;
      /** From the checkpoint of this step; absent = the current weights. */
      readonly step?: number;
      readonly otherData?: boolean;
    },
    Sample,
  ];
  /** How each sample of a run was asked for, oldest first; the text of one is asked for by its id. */
  'run/samples': [{ readonly run: RunId }, readonly SampleMark[]];
  'run/sample-text': [{ readonly run: RunId; readonly id: number }, Sample];
  /** What each run answered to held-out examples while it trained, in the order of steps. */
  'run/answers': [{ readonly run: RunId }, readonly RunAnswers[]];
  /** The held-out examples that `run/answers` speaks of. */
  'run/examples': [{ readonly run: RunId }, TaskExamples];
  /** The first sequences that runs of this task learn from, before any of them is started. */
  'task/examples': [{ readonly task: TaskChoice; readonly count: number }, TaskExamples];
  /** The default prompt of runs. */
  'run/prompt': [{ readonly run: RunId }, { readonly prompt: string }];
  'run/import-weights': [{ readonly run: RunId; readonly path: string }, SessionState];
  'series/query': [SeriesQuery, readonly SeriesWindow[]];
  /** The result of the race along the requested axis; null = nothing to compare yet. */
  'race/result': [{ readonly x: XAxis }, { readonly result: RaceResult | null }];

  /**
   * Imports a file of the user as a dataset, from the lab's machine or from the page's as text or as bytes in base64; UTF-16 and other line ends
   * are converted, and the reply says so.
   */
  'dataset/import': [
    (
      | { readonly path: string }
      | { readonly name: string; readonly text: string }
      | { readonly name: string; readonly data: string }
      | { readonly name: string; readonly pictures: readonly UploadedPicture[] }
    ),
    DatasetImport,
  ];
  /** What a set holds: its first rows, the course of its columns. */
  'dataset/look': [{ readonly id: string }, DatasetLook];
  /** What a forecast with these fields makes of its table; rejects with the task's refusal, addressed to the field. */
  'dataset/forecast': [{ readonly task: TaskChoice }, ForecastLook];
  'dataset/rename': [{ readonly id: string; readonly title: string }, Catalogue];
  /** Only what a person has imported; its file is removed. */
  'dataset/remove': [{ readonly id: string }, Catalogue];
  'dataset/download': [{ readonly id: string }, Catalogue];

  /** What can be added to the lab or was: the machine is looked at anew. */
  'runtime/list': [Record<string, never>, readonly RuntimeReport[]];
  /** Begin at once or are refused; how it goes on comes as `runtimes/changed`. */
  'runtime/add': [{ readonly id: RuntimeId }, readonly RuntimeReport[]];
  'runtime/check': [{ readonly id: RuntimeId }, readonly RuntimeReport[]];
  'runtime/cancel': [{ readonly id: RuntimeId }, readonly RuntimeReport[]];
  'runtime/remove': [{ readonly id: RuntimeId }, readonly RuntimeReport[]];

  /** How the ways to compute that are part of the program compare. */
  'comparison/list': [Record<string, never>, readonly WayReport[]];
  /** Begins with those, or with all when none is named, or refuses; how it goes on comes as `comparison/changed`. */
  'comparison/start': [{ readonly ids: readonly string[] }, readonly WayReport[]];
  'comparison/cancel': [Record<string, never>, readonly WayReport[]];

  /** Measures in separate processes; refused while runs use the machine. Progress comes as `scaling/changed`. */
  'scaling/start': [{ readonly spec: ScalingSpec }, ScalingResult];
  'scaling/stop': [Record<string, never>, ScalingResult | null];
  /** The measurement under way, else the last one kept, else null; and a spec that suits this machine. */
  'scaling/latest': [Record<string, never>, { readonly result: ScalingResult | null; readonly suggested: ScalingSpec }];
}

/** Event name -> payload. Events are sent to every front end. */
export interface LabEvents {
  'session/changed': SessionState | null;
  /** Only the runs that changed, at most 10 times a second. */
  'runs/changed': { readonly runs: readonly RunState[] };
  /** A run wrote or answered something; a client that missed some requests all. */
  'run/shown': { readonly sample: Sample } | { readonly answers: RunAnswers };
  /** New points, at most 10 batches a second and 120 a metric and batch, including spikes and gaps; series/query returns all points. */
  'metrics/appended': { readonly run: RunId; readonly columns: readonly MetricColumns[] };
  /** Something a person should read: shown as a toast. */
  problem: { readonly error: AppError; readonly run: RunId | null };
  'dataset/progress': { readonly id: string; readonly received: number; readonly total: number };
  'settings/changed': Settings;
  'scaling/changed': ScalingResult;
  /** At most 10 times a second. */
  'comparison/changed': { readonly ways: readonly WayReport[] };
  /** At most 10 times a second. `settled`: what engines can use may be another, so the machine is worth describing anew. */
  'runtimes/changed': { readonly runtimes: readonly RuntimeReport[]; readonly settled: boolean };
}

/** A file of a folder of pictures that a page has read: its path in that folder, its bytes in base64. */
export interface UploadedPicture {
  readonly path: string;
  readonly data: string;
}

export type LabRequest = keyof LabRequests;
export type LabParams<K extends LabRequest> = LabRequests[K][0];
export type LabReply<K extends LabRequest> = LabRequests[K][1];
export type LabEvent = keyof LabEvents;
