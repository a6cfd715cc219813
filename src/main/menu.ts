// The native menu as data. Commands are sent to the window, which carries them out; the window also says which screens there are.
import type { MenuCommand, MenuScreen, UiLanguage } from '../protocol/ipc.ts';
import { desktopText, type DesktopText } from './desktop-text.ts';
import type { Menu, MenuItem, MenuRole, Shell } from './shell.ts';

// Keys that the page handles itself (Space, ., digits) are not repeated here: a native accelerator would also fire in text fields.
const accelerators: Readonly<Partial<Record<MenuCommand, string>>> = {
  'session/new': 'CmdOrCtrl+N',
  'session/open': 'CmdOrCtrl+O',
  'session/save-as': 'CmdOrCtrl+Shift+S',
  'go/settings': 'CmdOrCtrl+,',
};

type Entry = MenuRole | MenuCommand | null;

const isCommand = (entry: MenuRole | MenuCommand): entry is MenuCommand => entry.includes('/');
const leads = (entry: MenuCommand): entry is `go/${string}` => entry.startsWith('go/');

/** What the menu depends on. */
export interface MenuState {
  readonly language: UiLanguage;
  /** None until the window has named them. */
  readonly screens: readonly MenuScreen[];
}

/** Menus by name, their items by role or command; null = a separator. macOS gets its application menu, the others have Quit under File. */
function layout(
  mac: boolean,
  development: boolean,
  screens: readonly MenuScreen[],
): readonly (readonly [keyof DesktopText['menus'], readonly Entry[]])[] {
  const inspector = development ? (['toggleDevTools'] as const) : [];
  return [
    ...(mac ? [['app', ['about', null, 'hide', 'hideOthers', 'unhide', null, 'quit']] as const] : []),
    [
      'file',
      [
        'session/new',
        'session/open',
        null,
        'session/save-as',
        'session/export',
        ...(mac ? [] : [null, 'quit' as const]),
      ],
    ],
    ['edit', ['undo', 'redo', null, 'cut', 'copy', 'paste', 'selectAll']],
    ['view', ['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen', null, 'reload', ...inspector]],
    ['race', ['race/toggle', 'race/step', 'race/stop']],
    ['go', [...screens.map(({ name }) => `go/${name}` as const), null, 'palette/open']],
    ['help', ['help/shortcuts', ...(mac ? [] : ['about' as const])]],
  ];
}

function itemOf(entry: Entry, { language, screens }: MenuState): MenuItem {
  const text = desktopText[language];
  if (entry === null) return { kind: 'separator' };
  if (!isCommand(entry)) return { kind: 'role', role: entry, label: text.roles[entry] };
  const title = (name: string): string => screens.find((screen) => screen.name === name)?.title ?? name;
  const label = leads(entry) ? title(entry.slice('go/'.length)) : text.commands[entry];
  const accelerator = accelerators[entry];
  return { kind: 'command', command: entry, label, ...(accelerator ? { accelerator } : {}) };
}

/** The whole menu of a platform. */
export function menuFor(platform: string, state: MenuState, development: boolean): readonly Menu[] {
  const text = desktopText[state.language];
  return layout(platform === 'darwin', development, state.screens).map(([name, entries]) => ({
    label: text.menus[name],
    items: entries.map((entry) => itemOf(entry, state)),
  }));
}

/** Shows the menu; the returned function shows it in another state. */
export function setupMenu(
  shell: Shell,
  state: MenuState,
  choose: (command: MenuCommand) => void,
): (state: MenuState) => void {
  const show = (wanted: MenuState): void => shell.setMenu(menuFor(shell.platform, wanted, shell.development), choose);
  show(state);
  return show;
}
