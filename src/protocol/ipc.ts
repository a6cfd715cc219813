// The contract between the Electron window and Electron main: what the desktop adds to the lab's own protocol, whose frames it only
// forwards. Adding a message = one line here, one handler in main, one function in the preload.
import type { Frame } from './rpc.ts';

/** One line of a file dialog's type list: `{ name: 'Session', extensions: ['rnnlab'] }`. */
export interface FileFilter {
  readonly name: string;
  /** Without the dot; `*` for any. */
  readonly extensions: readonly string[];
}

export interface OpenFileRequest {
  readonly title: string;
  readonly filters: readonly FileFilter[];
}

export interface SaveFileRequest extends OpenFileRequest {
  /** Initial file name, or absolute path. */
  readonly suggested: string;
}

/** What a menu item asks the window to do; the window has the same commands in its palette. */
export type FixedCommand =
  | 'session/new'
  | 'session/open'
  | 'session/save-as'
  | 'session/export'
  | 'race/toggle'
  | 'race/step'
  | 'race/stop'
  | 'palette/open'
  | 'help/shortcuts';

/** Also the way to each screen that the window has named. */
export type MenuCommand = FixedCommand | `go/${string}`;

/** A screen of the window as the menu shows it. */
export interface MenuScreen {
  readonly name: string;
  readonly title: string;
}

export type UiLanguage = 'en' | 'zh';

/** Window -> main, answered. Channel -> [parameters, reply]; null = the person cancelled. */
export interface IpcRequests {
  'dialog/open-file': [OpenFileRequest, string | null];
  'dialog/save-file': [SaveFileRequest, string | null];
  /** Opens the folder of a file in the system's file manager. */
  'file/reveal': [{ readonly path: string }, null];
  /** The window is listening now: queued messages (a file to open) are sent. */
  'window/ready': [{ readonly language: UiLanguage }, { readonly lab: boolean }];
}

/** Window -> main, not answered. */
export interface IpcMessages {
  'lab/frame': Frame;
  /** The native menu and dialogs speak the window's language. */
  'window/language': UiLanguage;
  /** The native menu leads to these screens, in this order. */
  'window/screens': readonly MenuScreen[];
}

/** Main -> window. */
export interface IpcEvents {
  'lab/frame': Frame;
  /** False when the lab process ended; true when it is up (again). */
  'lab/connection': boolean;
  'menu/command': MenuCommand;
  /** A session file was opened from the file manager, the dock or a second start of the program. */
  'file/open': string;
}

export type IpcRequest = keyof IpcRequests;
export type IpcMessage = keyof IpcMessages;
export type IpcEvent = keyof IpcEvents;

/** `window.minrnn`, put there by the preload; absent in a browser. Every `on…` returns the function that ends it. */
export interface DesktopBridge {
  readonly platform: string;
  /** The lab's frames; those sent before the lab is up are kept in order. */
  send(frame: Frame): void;
  onFrame(listener: (frame: Frame) => void): () => void;
  onConnection(listener: (open: boolean) => void): () => void;
  openFile(request: OpenFileRequest): Promise<string | null>;
  saveFile(request: SaveFileRequest): Promise<string | null>;
  reveal(path: string): Promise<null>;
  onMenu(listener: (command: MenuCommand) => void): () => void;
  onOpenFile(listener: (path: string) => void): () => void;
  /** To be called once the listeners above are in place. */
  ready(language: UiLanguage): Promise<{ readonly lab: boolean }>;
  setLanguage(language: UiLanguage): void;
  setScreens(screens: readonly MenuScreen[]): void;
}
