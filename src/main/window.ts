// The one window: opened where it was, with its place saved on changes. Independent of what the page shows.
import { say, type Message } from '../engine/core/say.ts';
import { foreignWords } from '../engine/core/system-words.ts';
import type { UiLanguage } from '../protocol/ipc.ts';
import { wordsIn } from '../protocol/told/told.ts';
import { desktopText } from './desktop-text.ts';
import type { AppWindow, Shell, WindowEvents } from './shell.ts';
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts';

/** Milliseconds without a move before the place is written. */
const calm = 500;
/** A page that crashes more often than this within a minute is not loaded again. */
const mostReloads = 3;

/** What Electron says of a page's process that is gone, by its own names. */
const goneBecause: Readonly<Record<string, Message>> = {
  'abnormal-exit': say`it ended with an error`,
  crashed: say`it crashed`,
  'integrity-failure': say`its code was changed`,
  killed: say`another program ended it`,
  'launch-failed': say`it could not be started`,
  'memory-eviction': say`the memory does not suffice`,
  oom: say`the memory does not suffice`,
};

const goneWords = (reason: string): Message => goneBecause[reason] ?? foreignWords(reason);

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
      else
        shell.showError(
          'minRNN Lab',
          desktopText[language()].pageGone(deaths.length, wordsIn(language(), goneWords(reason))),
        );
    },
  };
  const window = shell.createWindow(placeWindow(readWindowState(stateFile), shell.screens()), events);
  return window;
}
