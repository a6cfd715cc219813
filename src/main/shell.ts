// The smallest interface to Electron that the desktop logic needs. electron-shell.ts implements it; everything else in this
// folder works against these types and so runs in tests without a window.
import type { MenuCommand, UiLanguage } from '../protocol/ipc.ts';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState extends Bounds {
  readonly maximized: boolean;
}

export interface WindowEvents {
  /** A person asks to close the window. False keeps it open. */
  readonly onClosing: () => boolean;
  /** Moved, resized, maximised or restored. */
  readonly onMoved: () => void;
  /** A page starts loading: pending requests of the previous page are obsolete. */
  readonly onLoading: () => void;
  /** The page's process ended by itself. */
  readonly onGone: (reason: string) => void;
}

export interface AppWindow {
  /** Does nothing once the window is gone. */
  send(channel: string, payload: unknown): void;
  /** Shows, restores and focuses. */
  present(): void;
  state(): WindowState;
  reload(): void;
  destroy(): void;
}

export interface Question {
  readonly title: string;
  readonly message: string;
  readonly detail: string;
  /** The first is the default; the last is what Escape chooses. */
  readonly buttons: readonly string[];
}

export interface FileDialog {
  readonly title: string;
  readonly filters: readonly { readonly name: string; readonly extensions: readonly string[] }[];
  readonly suggested?: string;
}

export type MenuRole =
  | 'about'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'reload'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'toggleDevTools'
  | 'minimize';

export type MenuItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'role'; readonly role: MenuRole; readonly label: string }
  | { readonly kind: 'command'; readonly command: MenuCommand; readonly label: string; readonly accelerator?: string };

export interface Menu {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

/** The desktop: one window, native dialogs and menu, and the life of the program. */
export interface Shell {
  readonly platform: string;
  /** As reported by the operating system: `zh-CN`. */
  readonly locale: string;
  createWindow(state: WindowState, events: WindowEvents): AppWindow;
  /** Work areas of the screens, the main one first. */
  screens(): readonly Bounds[];
  openFile(dialog: FileDialog): Promise<string | null>;
  saveFile(dialog: FileDialog): Promise<string | null>;
  /** Index of the chosen button. */
  ask(question: Question): Promise<number>;
  showError(title: string, message: string): void;
  /** True in a checkout, where the developer tools are available. */
  readonly development: boolean;
  setMenu(menus: readonly Menu[], choose: (command: MenuCommand) => void): void;
  reveal(path: string): void;
  /** Ends the program at once, without asking. */
  exit(code: number): void;
  /** The program is asked to end (menu, dock, session end). Return false to keep it. */
  onQuitting(listener: () => boolean): void;
  onOpenFile(listener: (path: string) => void): void;
  onSecondInstance(listener: (argv: readonly string[], folder: string) => void): void;
  /** macOS: the dock icon was clicked. */
  onActivate(listener: () => void): void;
}

/** `zh` for any Chinese locale, else English. */
export const languageOf = (locale: string): UiLanguage => (locale.toLowerCase().startsWith('zh') ? 'zh' : 'en');
