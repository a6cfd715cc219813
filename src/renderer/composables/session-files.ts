// What a person does with session files from any screen: new, open, save as, export, import. Asks for the path, calls the lab, and reports
// the result. Independent of screens.
import { useRouter } from 'vue-router';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import { fileName } from '../../protocol/file-name.ts';
import type { ExportFormat } from '../../protocol/export-kinds.ts';
import type { Preset, RunId } from '../../protocol/state.ts';
import { presetTitle } from '../i18n/fields.ts';
import { t } from '../i18n/index.ts';
import { filters, pickData, pickFile, pickPictures, pickTarget, uploadText } from '../services/dialogs.ts';
import { lab } from '../services/lab.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import { copyTable, exportSession, exportSessions, importWeights } from './exporting.ts';
import { takeData } from './own-text.ts';
import { sessionsFolder, targetPath, writeAsking } from './targets.ts';
import { useRaceViewStore } from '../views/race/view-store.ts';
import { leaving } from './unsaved.ts';

export type SessionFiles = ReturnType<typeof useSessionFiles>;

/** Actions on files. Failures become messages; nothing rejects. */
export function useSessionFiles() {
  const router = useRouter();
  const ui = useUiStore();
  const toRace = (): Promise<unknown> => router.push('/race');
  const attempt = (action: () => Promise<unknown>) => async (): Promise<void> => void (await ui.attempt(action));
  return {
    ...opening(toRace),
    saveAs: attempt(saveAs),
    exportAs: (format: ExportFormat) => ui.attempt(() => exportSession(format)),
    exportSessions: (paths: readonly string[], formats: readonly ExportFormat[]) =>
      ui.attempt(() => exportSessions(paths, formats)),
    copyTable: attempt(copyTable),
    importWeights: (run: RunId) => ui.attempt(() => importWeights(run)),
    importText: attempt(async () => {
      const picked = await pickData(t('dialogs.importText'), filters.text(t('dialogs.text')));
      if (picked) await takeData(picked, router);
    }),
    importPictures: attempt(async () => {
      const picked = await pickPictures();
      if (picked) await takeData(picked, router);
    }),
    putTexts: attempt(async () => {
      const { texts } = await lab().request('session/put-texts', {});
      ui.say(t('sessions.textsInside', {}, texts));
    }),
    importExperiment: attempt(async () => {
      if (await importExperiment()) await toRace();
    }),
    closeSession: attempt(async () => {
      if (!(await mayLeave())) return;
      if (await leaving(() => useSessionStore().close(), saveAs)) await router.push('/start');
    }),
  };
}

/**
 * True if another session may replace the open one. Asks if runs are under way: they stop, are saved, and can continue when their session
 * is opened again.
 */
export async function mayLeave(): Promise<boolean> {
  const { session, active } = useSessionStore();
  if (!session || active.length === 0) return true;
  return useUiStore().confirm({
    title: t('dialogs.leave', { name: session.name }),
    help: t('dialogs.leaveHelp', {}, active.length),
    action: t('dialogs.leaveAction'),
  });
}

/** Opens the file unless it is open already; false if the person stays with the running race. */
export async function openSession(path: string): Promise<boolean> {
  const session = useSessionStore();
  if (session.session?.path === path) return true;
  if (!(await mayLeave())) return false;
  return leaving(() => session.open(path), saveAs);
}

/** Creates a session that replaces the open one; false if the person cancels. */
export async function createSession(name: string, experiment?: ExperimentSpec): Promise<boolean> {
  return leaving(() => useSessionStore().create(name, experiment), saveAs);
}

function opening(toRace: () => Promise<unknown>) {
  const ui = useUiStore();
  const session = useSessionStore();
  return {
    newExperiment: () =>
      ui.attempt(async () => {
        const { session: open } = session;
        // An untouched session is reused, so that no empty file is left behind.
        const untouched = open !== null && !open.readOnly && open.runs.length === 0 && open.experiment === null;
        if (!untouched && !(await mayLeave())) return;
        if (untouched || (await createSession(t('start.untitled')))) await toRace();
      }),
    /** One click: creates a session and starts its race. */
    startPreset: (preset: Preset) =>
      ui.attempt(async () => {
        if (!(await mayLeave())) return;
        if (!(await createSession(presetTitle(preset), preset.spec))) return;
        await toRace();
        await session.startRace(preset.spec);
        useRaceViewStore().setAxis(preset.axis);
        const base = session.runs.find((run) => run.variant === preset.baseline);
        if (base) await session.edit({ baseline: base.id });
      }),
    openPath: (path: string) =>
      ui.attempt(async () => {
        if (await openSession(path)) await toRace();
      }),
    /** The runs of several sessions in a new one. */
    compare: (paths: readonly string[]) =>
      ui.attempt(async () => {
        if (!(await mayLeave())) return;
        if (await leaving(() => session.compare(paths), saveAs)) await toRace();
      }),
    openFile: () =>
      ui.attempt(async () => {
        const path = await askSession();
        if (path !== null && (await openSession(path))) await toRace();
      }),
  };
}

function askSession(): Promise<string | null> {
  const question = {
    title: t('dialogs.openSession'),
    label: t('dialogs.path'),
    help: t('dialogs.openSessionHelp'),
    action: t('common.open'),
    filters: [filters.session(t('dialogs.session'))],
  };
  return pickFile(question, useUiStore().ask);
}

async function saveAs(): Promise<void> {
  const ui = useUiStore();
  const session = useSessionStore();
  const name = session.session?.name;
  if (name === undefined) return;
  const target = await pickTarget(
    {
      title: t('dialogs.saveSession'),
      label: t('dialogs.fileName'),
      help: t('dialogs.saveSessionHelp', { folder: sessionsFolder() }),
      action: t('common.save'),
      filters: [filters.session(t('dialogs.session'))],
      suggested: `${fileName(name)}.rnnlab`,
    },
    ui.ask,
  );
  if (!target) return;
  const path = targetPath(target.path, sessionsFolder(), 'rnnlab');
  const done = await writeAsking(target.confirmed, (overwrite) => session.saveAs(path, overwrite));
  if (done) ui.say(t('sessions.savedAs', { name: path }));
}

/** Reads an experiment file and makes it the draft of a new session. */
async function importExperiment(): Promise<boolean> {
  const file = await uploadText(filters.experiment(t('dialogs.experiment')));
  if (!file) return false;
  const spec: ExperimentSpec = await lab().request('session/import-experiment', { text: file.text });
  if (!(await mayLeave())) return false;
  return createSession(spec.name, spec);
}
