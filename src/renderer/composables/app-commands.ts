// Commands, global keys and menu items that work on every screen. The same actions feed the palette, the shortcuts and the native menu.
import { onBeforeUnmount, onMounted, watchEffect } from 'vue';
import { useRouter } from 'vue-router';
import type { FixedCommand, MenuCommand } from '../../protocol/ipc.ts';
import { t } from '../i18n/index.ts';
import { desktopBridge } from '../services/bridge.ts';
import { languages, themes, useSettingsStore } from '../stores/settings.ts';
import { useUiStore } from '../stores/ui.ts';
import { places } from '../views/places.ts';
import { useCommands, type Command } from './commands.ts';
import { exportSearch } from './exporting.ts';
import { fileCommands, startRenaming } from './file-commands.ts';
import { languageName, themeName } from './look.ts';
import { actOnRuns, raceCommands, runCommands, togglePlay } from './run-commands.ts';
import { useSessionFiles, type SessionFiles } from './session-files.ts';
import { useShortcuts } from './shortcuts.ts';

type Go = (path: string) => void;

/** Wires palette commands, shortcuts and the native menu of the whole window. Call once, in App. */
export function useAppCommands(): void {
  const router = useRouter();
  const files = useSessionFiles();
  const ui = useUiStore();
  const go: Go = (path) => void router.push(path);
  const showRun = (run: string): void => {
    ui.select([run]);
    go('/race');
  };
  useCommands(() => [
    ...raceCommands(),
    ...fileCommands(files),
    ...goCommands(go),
    ...runCommands(showRun),
    ...settingCommands(),
    ...helpCommands(go),
  ]);
  useShortcuts([
    { keys: 'mod+k', run: () => ui.openPalette(), whileTyping: true },
    { keys: 'f2', run: startRenaming, whileTyping: true },
    { keys: 'mod+o', run: () => void files.openFile(), whileTyping: true },
    { keys: 'mod+shift+s', run: () => void files.saveAs(), whileTyping: true },
    ...places.flatMap(({ path, key }) => (key === null ? [] : [{ keys: key, run: () => go(path) }])),
  ]);
  useMenu(files, go);
}

const goCommands = (go: Go): readonly Command[] =>
  places.map(({ name, title, icon, key, path }) => ({
    id: `go/${name}`,
    group: 'commands',
    title: t('palette.goTo', { screen: t(title) }),
    icon,
    ...(key === null ? {} : { keys: key }),
    run: () => go(path),
  }));

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

const leads = (command: MenuCommand): command is `go/${string}` => command.startsWith('go/');

/** The native menu of the desktop asks for the same actions; a file opened from the file manager also arrives here. */
function useMenu(files: SessionFiles, go: Go): void {
  const bridge = desktopBridge();
  if (!bridge) return;
  const items: Readonly<Record<FixedCommand, () => void>> = {
    'session/new': () => void files.newExperiment(),
    'session/open': () => void files.openFile(),
    'session/save-as': () => void files.saveAs(),
    'session/export': () => useUiStore().openPalette(exportSearch()),
    'race/toggle': togglePlay,
    'race/step': () => actOnRuns('step'),
    'race/stop': () => actOnRuns('stop'),
    'palette/open': () => useUiStore().openPalette(),
    'help/shortcuts': () => go('/settings#shortcuts'),
  };
  const goTo = (command: MenuCommand): void => {
    const place = places.find(({ name }) => command === `go/${name}`);
    if (place) go(place.path);
  };
  watchEffect(() => bridge.setScreens(places.map(({ name, title }) => ({ name, title: t(title) }))));
  let stops: (() => void)[] = [];
  onMounted(() => {
    stops = [
      bridge.onMenu((command) => (leads(command) ? goTo(command) : items[command]())),
      bridge.onOpenFile((path) => void files.openPath(path)),
    ];
  });
  onBeforeUnmount(() => stops.forEach((stop) => stop()));
}
