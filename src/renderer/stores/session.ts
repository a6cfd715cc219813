// The open session as the lab last described it, and what a person can do with it. Every change goes to the lab and returns as the new
// state: this store computes nothing. Curves are not here; the charts load them.
import { defineStore } from 'pinia';
import { computed, shallowRef, type ShallowRef } from 'vue';
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { LabParams, LabReply, LabRequest } from '../../protocol/lab.ts';
import type { RunAction, RunId, RunState, SessionState } from '../../protocol/state.ts';
import { t } from '../i18n/index.ts';
import { told } from '../i18n/told.ts';
import { lab } from '../services/lab.ts';
import { useUiStore } from './ui.ts';

/** Runs that compute or will compute. */
export const activeStatuses: ReadonlySet<RunState['status']> = new Set(['queued', 'preparing', 'running']);
/** Runs that can be resumed. */
export const resumableStatuses: ReadonlySet<RunState['status']> = new Set([
  'paused',
  'stopped',
  'interrupted',
  'failed',
  'diverged',
]);

export type SavedState =
  { readonly kind: 'saved' | 'saving' | 'read-only' } | { readonly kind: 'failed'; readonly error: AppError };

/** What the top bar says about the file. */
export function savedStateOf(session: SessionState): SavedState {
  if (session.readOnly) return { kind: 'read-only' };
  if (typeof session.saved === 'string') return { kind: session.saved };
  return { kind: 'failed', error: session.saved.failed };
}

/** The runs with the changed ones replaced in place and new ones at the end. */
export function mergeRuns(runs: readonly RunState[], changed: readonly RunState[]): readonly RunState[] {
  const incoming = new Map(changed.map((run) => [run.id, run]));
  const merged = runs.map((run) => {
    const next = incoming.get(run.id);
    incoming.delete(run.id);
    return next ?? run;
  });
  return [...merged, ...incoming.values()];
}

type SessionRequest = { [K in LabRequest]: LabReply<K> extends SessionState | null ? K : never }[LabRequest];

function views(session: ShallowRef<SessionState | null>) {
  const runs = computed<readonly RunState[]>(() => session.value?.runs ?? []);
  const byId = computed<ReadonlyMap<RunId, RunState>>(() => new Map(runs.value.map((run) => [run.id, run])));
  const active = computed(() => runs.value.filter((run) => activeStatuses.has(run.status)));
  const resumable = computed(() => runs.value.filter((run) => resumableStatuses.has(run.status)));
  const savedState = computed(() => (session.value ? savedStateOf(session.value) : null));
  return { runs, byId, active, resumable, savedState };
}

function fileActions(ask: <K extends SessionRequest>(name: K, params: LabParams<K>) => Promise<void>) {
  return {
    /** Loads the lab's state; used at the start and after a lost connection. */
    load: () => ask('session/current', {}),
    create: (name: string, experiment?: ExperimentSpec) =>
      ask('session/new', experiment === undefined ? { name } : { name, experiment }),
    open: (path: string) => ask('session/open', { path }),
    compare: (paths: readonly string[]) => ask('session/compare', { paths }),
    close: (unsaved: 'keep' | 'give-up' = 'keep') => ask('session/close', { unsaved }),
    saveAs: (path: string, overwrite = false) => ask('session/save-as', { path, overwrite }),
    rename: (name: string) => ask('session/rename', { name }),
    edit: (change: LabParams<'session/edit'>) => ask('session/edit', change),
  };
}

type StartingAction = Extract<RunAction, { readonly otherData?: boolean }>;
const starts = (action: RunAction): action is StartingAction =>
  ['resume', 'step', 'learning-rate', 'fork'].includes(action.kind);

/** Asks before a run continues with another text than the one it has learned; the refusal names it. */
async function actAsking(
  ask: (name: 'race/act', params: LabParams<'race/act'>) => Promise<void>,
  runs: readonly RunId[],
  action: RunAction,
): Promise<void> {
  try {
    await ask('race/act', { runs, action });
  } catch (failure) {
    if (!(failure instanceof AppFailure) || failure.appError.field !== 'otherData' || !starts(action)) throw failure;
    const knowingly = await useUiStore().confirm({
      title: t('common.otherDataTitle'),
      help: `${told(failure.appError.message)} ${t('common.otherDataHelp')}`,
      action: t('common.otherDataAction'),
      danger: true,
    });
    if (knowingly) await ask('race/act', { runs, action: { ...action, otherData: true } });
  }
}

function runActions(ask: <K extends SessionRequest>(name: K, params: LabParams<K>) => Promise<void>) {
  return {
    startRace: (spec: ExperimentSpec) => ask('race/start', { spec }),
    /** An empty list means all runs. */
    act: (runs: readonly RunId[], action: RunAction) => actAsking(ask, runs, action),
    editRun: (run: RunId, change: Omit<LabParams<'run/edit'>, 'run'>) => ask('run/edit', { run, ...change }),
    deleteRun: (run: RunId) => ask('run/delete', { run }),
    importWeights: (run: RunId, path: string) => ask('run/import-weights', { run, path }),
  };
}

export const useSessionStore = defineStore('session', () => {
  const session = shallowRef<SessionState | null>(null);
  const loaded = shallowRef(false);
  const take = (next: SessionState | null): void => {
    session.value = next;
    loaded.value = true;
  };
  const ask = async <K extends SessionRequest>(name: K, params: LabParams<K>): Promise<void> => {
    take(await lab().request(name, params));
  };
  /** Subscribes to the lab's events; call once. */
  const listen = (): void => {
    lab().on('session/changed', take);
    lab().on('runs/changed', ({ runs }) => {
      if (session.value) session.value = { ...session.value, runs: mergeRuns(session.value.runs, runs) };
    });
  };
  return { session, loaded, listen, ...views(session), ...fileActions(ask), ...runActions(ask) };
});
