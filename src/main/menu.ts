// The native menu as data. Commands are sent to the window, which carries them out.
import type { MenuCommand, UiLanguage } from '../protocol/ipc.ts';
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

/** Menus by name, their items by role or command; null = a separator. macOS gets its application menu, the others have Quit under File. */
function layout(
  mac: boolean,
  development: boolean,
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
    ['go', ['go/start', 'go/race', 'go/sessions', 'go/settings', null, 'palette/open']],
    ['help', ['help/shortcuts', ...(mac ? [] : ['about' as const])]],
  ];
}

function itemOf(entry: Entry, text: DesktopText): MenuItem {
  if (entry === null) return { kind: 'separator' };
  if (!isCommand(entry)) return { kind: 'role', role: entry, label: text.roles[entry] };
  const accelerator = accelerators[entry];
  return { kind: 'command', command: entry, label: text.commands[entry], ...(accelerator ? { accelerator } : {}) };
}

/** The whole menu for a platform and language. */
export function menuFor(platform: string, language: UiLanguage, development: boolean): readonly Menu[] {
  const text = desktopText[language];
  return layout(platform === 'darwin', development).map(([name, entries]) => ({
    label: text.menus[name],
    items: entries.map((entry) => itemOf(entry, text)),
  }));
}

/** Shows the menu; the returned function shows it in another language. */
export function setupMenu(
  shell: Shell,
  language: UiLanguage,
  choose: (command: MenuCommand) => void,
): (language: UiLanguage) => void {
  const show = (wanted: UiLanguage): void => shell.setMenu(menuFor(shell.platform, wanted, shell.development), choose);
  show(language);
  return show;
}
