// The one window: opened where it was, its place kept as it changes. Independent of what the page shows.
import type { UiLanguage } from '../protocol/ipc.ts';
import { desktopText } from './desktop-text.ts';
import type { AppWindow, Shell, WindowEvents } from './shell.ts';
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts';

/** Milliseconds without a move before the place is written. */
const calm = 500;
/** A page that dies more often than this within a minute is not loaded again. */
const mostReloads = 3;

export interface WindowSetup {
  readonly shell: Shell;
  readonly language: () => UiLanguage;
  readonly stateFile: string;
  readonly onClosing: () => boolean;
  readonly onLoading: () => void;
}

/** Opens the window. A page whose process died is loaded again: the lab holds all state, so nothing is lost. */
export function setupWindow({ shell, language, stateFile, onClosing, onLoading }: WindowSetup): AppWindow {
  let timer: NodeJS.Timeout | undefined;
  let deaths: number[] = [];
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    writeWindowState(stateFile, window.state());
  };
  const events: WindowEvents = {
    onClosing: () => {
      save();
      return onClosing();
    },
    onMoved: () => {
      clearTimeout(timer);
      timer = setTimeout(save, calm);
    },
    onLoading,
    onGone: (reason) => {
      deaths = [...deaths.filter((at) => performance.now() - at < 60_000), performance.now()];
      if (deaths.length <= mostReloads) window.reload();
      else shell.showError('minRNN Lab', desktopText[language()].pageGone(deaths.length, reason));
    },
  };
  const window = shell.createWindow(placeWindow(readWindowState(stateFile), shell.screens()), events);
  return window;
}
