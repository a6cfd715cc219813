// Actions on runs: the only place that turns buttons, keys and menus of the Race screen into requests. Independent of layout.
import { computed, shallowRef } from 'vue';
import type { RunAction, RunId, RunState } from '../../../protocol/state.ts';
import { t } from '../../i18n/index.ts';
import { activeStatuses, resumableStatuses, useSessionStore } from '../../stores/session.ts';
import { useUiStore } from '../../stores/ui.ts';
import { useRaceViewStore } from './view-store.ts';

/** The run a dialog is about; one at a time. */
const forking = shallowRef<RunId | null>(null);
const detailed = shallowRef<RunId | null>(null);
const rateOpen = shallowRef(false);

const canGoOn = (run: RunState): boolean => resumableStatuses.has(run.status);
const isActive = (run: RunState): boolean => activeStatuses.has(run.status);
const ended: ReadonlySet<RunState['status']> = new Set(['failed', 'diverged']);

/** "Resume all" continues paused and stopped runs; failed or diverged ones only if they are selected, or if there are no others. */
function toResume(runs: readonly RunState[], all: boolean): readonly RunState[] {
  const able = runs.filter(canGoOn);
  const standing = able.filter((run) => !ended.has(run.status));
  return all && standing.length > 0 ? standing : able;
}

const idsOf = (runs: readonly RunState[]): RunId[] => runs.map((run) => run.id);

function targets() {
  const session = useSessionStore();
  const ui = useUiStore();
  const selected = computed(() => session.runs.filter((run) => ui.selection.has(run.id)));
  /** The selection, else all runs. */
  const chosen = computed(() => (selected.value.length > 0 ? selected.value : session.runs));
  const canPause = computed(() => chosen.value.some(isActive));
  const canResume = computed(() => chosen.value.some(canGoOn));
  return { selected, chosen, canPause, canResume };
}

function controls() {
  const session = useSessionStore();
  const ui = useUiStore();
  const { selected, chosen, canPause, canResume } = targets();
  const act = (runs: readonly RunState[], action: RunAction): void => {
    if (runs.length > 0) void ui.attempt(() => session.act(idsOf(runs), action));
  };
  const pause = (runs = chosen.value): void => act(runs.filter(isActive), { kind: 'pause' });
  const resume = (runs?: readonly RunState[]): void => {
    const able = toResume(runs ?? chosen.value, runs === undefined && selected.value.length === 0);
    act(able, { kind: 'resume' });
  };
  const toggle = (runs?: readonly RunState[]): void =>
    (runs ?? chosen.value).some(isActive) ? pause(runs) : resume(runs);
  const step = (runs = chosen.value): void =>
    act(
      runs.filter((run) => run.status === 'paused' || isActive(run)),
      { kind: 'step' },
    );
  const stop = (runs = chosen.value): void =>
    act(
      runs.filter((run) => isActive(run) || run.status === 'paused'),
      { kind: 'stop' },
    );
  const setRate = (value: number, runs = chosen.value): void => {
    act(
      runs.filter((run) => isActive(run) || canGoOn(run)),
      { kind: 'learning-rate', value },
    );
  };
  /** The run offered for a fork: one with a checkpoint, else the first, which can start from the weights of a file. */
  const forkable = computed(() => chosen.value.find((run) => run.checkpoints.length > 0) ?? chosen.value[0] ?? null);
  return { selected, chosen, forkable, canPause, canResume, act, pause, resume, toggle, step, stop, setRate };
}

function rowActions() {
  const session = useSessionStore();
  const ui = useUiStore();
  const view = useRaceViewStore();
  const edit = (run: RunId, change: Parameters<typeof session.editRun>[1]) =>
    ui.attempt(() => session.editRun(run, change));
  const hide = (runs: readonly RunState[]): void => {
    const hidden = !runs.every((run) => run.hidden);
    for (const run of runs) void edit(run.id, { hidden });
  };
  const solo = (runs: readonly RunState[]): void => {
    const alone = view.solo !== null && runs.every((run) => view.solo?.has(run.id));
    view.solo = alone ? null : new Set(idsOf(runs));
  };
  const baseline = (run: RunState): void => {
    const next = session.session?.baseline === run.id ? null : run.id;
    void ui.attempt(() => session.edit({ baseline: next }));
  };
  return { hide, solo, baseline };
}

/** Actions that ask a question first. */
function questions() {
  const session = useSessionStore();
  const ui = useUiStore();
  const edit = (run: RunId, change: Parameters<typeof session.editRun>[1]) =>
    ui.attempt(() => session.editRun(run, change));
  const rename = async (run: RunState): Promise<void> => {
    const name = await ui.ask({
      title: t('race.renameRun'),
      label: t('race.runName'),
      action: t('common.rename'),
      value: run.name,
    });
    if (name !== null && name.trim() !== '' && name !== run.name) await edit(run.id, { name: name.trim() });
  };
  const note = async (run: RunState): Promise<void> => {
    const text = await ui.ask({
      title: t('race.noteOf', { name: run.name }),
      label: t('common.note'),
      action: t('common.save'),
      value: run.note,
    });
    if (text !== null) await edit(run.id, { note: text });
  };
  const remove = async (run: RunState): Promise<void> => {
    const sure = await ui.confirm({
      title: t('race.deleteRun', { name: run.name }),
      help: t('race.deleteRunHelp'),
      action: t('common.delete'),
      danger: true,
    });
    if (sure) await ui.attempt(() => session.deleteRun(run.id));
  };
  return { rename, note, remove };
}

export function useRunActions() {
  return { ...controls(), ...rowActions(), ...questions(), forking, detailed, rateOpen };
}
