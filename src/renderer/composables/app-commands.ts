// Commands, global keys and menu items that work on every screen. One list feeds the palette, the shortcuts and the native menu.
import { onBeforeUnmount, onMounted } from 'vue';
import { useRouter } from 'vue-router';
import type { MenuCommand } from '../../protocol/ipc.ts';
import type { RunState } from '../../protocol/lab.ts';
import { presetTitle } from '../i18n/fields.ts';
import { t } from '../i18n/index.ts';
import { screens } from '../router.ts';
import { desktopBridge } from '../services/bridge.ts';
import { useLabStore } from '../stores/lab.ts';
import { activeStatuses, resumableStatuses, useSessionStore } from '../stores/session.ts';
import { languages, themes, useSettingsStore } from '../stores/settings.ts';
import { useUiStore } from '../stores/ui.ts';
import { useCommands, type Command } from './commands.ts';
import { languageName, themeName } from './look.ts';
import { useSessionFiles, type SessionFiles } from './session-files.ts';
import { useShortcuts } from './shortcuts.ts';

type Go = (path: string) => void;

/** Wires palette commands, shortcuts and the native menu of the whole window. Call once, in App. */
export function useAppCommands(): void {
  const router = useRouter();
  const files = useSessionFiles();
  const ui = useUiStore();
  const go: Go = (path) => void router.push(path);
  useCommands(() => [
    ...raceCommands(),
    ...fileCommands(files),
    ...goCommands(go),
    ...runCommands(go),
    ...settingCommands(),
    ...helpCommands(go),
  ]);
  useShortcuts([
    { keys: 'mod+k', run: () => (ui.paletteOpen = true), whileTyping: true },
    { keys: 'f2', run: () => startRenaming(), whileTyping: true },
    { keys: 'mod+o', run: () => void files.openFile(), whileTyping: true },
    { keys: 'mod+shift+s', run: () => void files.saveAs(), whileTyping: true },
    ...screens.map(({ path }, at) => ({ keys: String(at + 1), run: () => go(path) })),
  ]);
  useMenu(files, go);
}

function startRenaming(): void {
  const { session } = useSessionStore();
  if (session && !session.readOnly) useUiStore().renaming = true;
}

function act(kind: 'pause' | 'resume' | 'stop' | 'step', runs: readonly string[] = []): void {
  void useUiStore().attempt(() => useSessionStore().act(runs, { kind }));
}

function raceCommands(): readonly Command[] {
  const session = useSessionStore();
  const list: Command[] = [];
  const forRun = (kind: 'pause' | 'resume' | 'stop') => (run: string) => act(kind, [run]);
  if (session.active.length > 0) {
    const detail = t('common.runs', {}, session.active.length);
    list.push(
      {
        id: 'race/pause',
        group: 'commands',
        title: t('palette.pauseAll'),
        detail,
        icon: 'pause',
        keys: 'space',
        run: () => act('pause'),
        forRun: forRun('pause'),
      },
      {
        id: 'race/stop',
        group: 'commands',
        title: t('palette.stopAll'),
        detail,
        icon: 'stop',
        run: () => act('stop'),
        forRun: forRun('stop'),
      },
    );
  }
  if (session.resumable.length > 0) {
    const detail = t('common.runs', {}, session.resumable.length);
    list.push({
      id: 'race/resume',
      group: 'commands',
      title: t('palette.resumeAll'),
      detail,
      icon: 'play',
      keys: 'space',
      run: () => act('resume'),
      forRun: forRun('resume'),
    });
  }
  return list;
}

function fileCommands(files: SessionFiles): readonly Command[] {
  const { session } = useSessionStore();
  const always: Command[] = [
    {
      id: 'file/new',
      group: 'commands',
      title: t('palette.newExperiment'),
      icon: 'plus',
      run: () => void files.newExperiment(),
    },
    {
      id: 'file/open',
      group: 'commands',
      title: t('palette.openFile'),
      icon: 'open',
      keys: 'mod+o',
      run: () => void files.openFile(),
    },
    {
      id: 'file/experiment',
      group: 'commands',
      title: t('palette.importExperiment'),
      icon: 'open',
      run: () => void files.importExperiment(),
    },
    {
      id: 'file/text',
      group: 'commands',
      title: t('palette.importText'),
      icon: 'download',
      run: () => void files.importText(),
    },
  ];
  if (!session) return [...always, ...presetCommands(files)];
  const formats = ['csv', 'json', 'safetensors'] as const;
  const exports = formats.map<Command>((format) => ({
    id: `file/export-${format}`,
    group: 'commands',
    title: t('palette.exportAs', { format: format === 'safetensors' ? 'safetensors' : format.toUpperCase() }),
    detail: t('common.runs', {}, session.runs.length),
    icon: 'export',
    run: () => void files.exportAs(format),
  }));
  return [
    {
      id: 'file/save-as',
      group: 'commands',
      title: t('palette.saveAs'),
      icon: 'copy',
      keys: 'mod+shift+s',
      run: () => void files.saveAs(),
    },
    {
      id: 'file/rename',
      group: 'commands',
      title: t('palette.renameSession'),
      icon: 'edit',
      keys: 'f2',
      run: startRenaming,
    },
    ...exports,
    ...always,
    {
      id: 'file/close',
      group: 'commands',
      title: t('palette.closeSession'),
      icon: 'close',
      run: () => void files.closeSession(),
    },
    ...presetCommands(files),
  ];
}

const presetCommands = (files: SessionFiles): readonly Command[] =>
  useLabStore().presets.map((preset) => ({
    id: `preset/${preset.id}`,
    group: 'commands',
    title: t('palette.startPreset', { title: presetTitle(preset) }),
    icon: 'play',
    run: () => void files.startPreset(preset),
  }));

const goTitles = {
  start: 'palette.goStart',
  race: 'palette.goRace',
  sessions: 'palette.goSessions',
  settings: 'palette.goSettings',
} as const;

const goCommands = (go: Go): readonly Command[] =>
  screens.map((screen, at) => ({
    id: `go/${screen.name}`,
    group: 'commands',
    title: t(goTitles[screen.name]),
    icon: screen.icon,
    keys: String(at + 1),
    run: () => go(screen.path),
  }));

/** Choosing a run selects it on the Race screen. */
function runCommands(go: Go): readonly Command[] {
  const ui = useUiStore();
  return useSessionStore().runs.flatMap((run) => {
    const select: Command = {
      id: `run/${run.id}`,
      group: 'runs',
      title: run.name,
      detail: t('palette.runAt', { status: t(`status.${run.status}`), step: run.step.toLocaleString('en-US') }),
      swatch: run.identity,
      run: () => {
        ui.select([run.id]);
        go('/race');
      },
    };
    const control = controlOf(run);
    return control ? [select, control] : [select];
  });
}

function controlOf(run: RunState): Command | null {
  const detail = t('sessions.atStep', { step: run.step.toLocaleString('en-US') });
  if (activeStatuses.has(run.status)) {
    const title = t('palette.pauseRun', { name: run.name });
    return { id: `pause/${run.id}`, group: 'runs', title, detail, icon: 'pause', run: () => act('pause', [run.id]) };
  }
  if (!resumableStatuses.has(run.status)) return null;
  const title = t('palette.resumeRun', { name: run.name });
  return { id: `resume/${run.id}`, group: 'runs', title, detail, icon: 'play', run: () => act('resume', [run.id]) };
}

function settingCommands(): readonly Command[] {
  const settings = useSettingsStore();
  const ui = useUiStore();
  const set = (patch: Parameters<typeof settings.set>[0]) => () => void ui.attempt(() => settings.set(patch));
  return [
    ...themes.map<Command>((theme) => ({
      id: `theme/${theme}`,
      group: 'settings',
      title: t('palette.themeIs', { name: themeName(theme) }),
      icon: 'theme',
      run: set({ theme }),
    })),
    ...languages.map<Command>((language) => ({
      id: `language/${language}`,
      group: 'settings',
      title: t('palette.languageIs', { name: languageName(language) }),
      icon: 'settings',
      run: set({ language }),
    })),
  ];
}

const helpCommands = (go: Go): readonly Command[] => [
  {
    id: 'help/shortcuts',
    group: 'help',
    title: t('palette.shortcuts'),
    icon: 'info',
    run: () => go('/settings#shortcuts'),
  },
];

/** The native menu of the desktop asks for the same actions; a file opened from the file manager arrives here as well. */
function useMenu(files: SessionFiles, go: Go): void {
  const bridge = desktopBridge();
  if (!bridge) return;
  const toggle = (): void => act(useSessionStore().active.length > 0 ? 'pause' : 'resume');
  const items: Readonly<Record<MenuCommand, () => void>> = {
    'session/new': () => void files.newExperiment(),
    'session/open': () => void files.openFile(),
    'session/save-as': () => void files.saveAs(),
    'session/export-csv': () => void files.exportAs('csv'),
    'session/export-json': () => void files.exportAs('json'),
    'race/toggle': toggle,
    'race/step': () => act('step'),
    'race/stop': () => act('stop'),
    'go/start': () => go('/start'),
    'go/race': () => go('/race'),
    'go/sessions': () => go('/sessions'),
    'go/settings': () => go('/settings'),
    'palette/open': () => (useUiStore().paletteOpen = true),
    'help/shortcuts': () => go('/settings#shortcuts'),
  };
  let stops: (() => void)[] = [];
  onMounted(() => {
    stops = [bridge.onMenu((command) => items[command]()), bridge.onOpenFile((path) => void files.openPath(path))];
  });
  onBeforeUnmount(() => stops.forEach((stop) => stop()));
}
