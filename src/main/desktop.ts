// Puts the desktop together: lab process, relay, window, menu, files, closing. Takes everything it touches as a parameter, so a test
// runs the same program with a window made of arrays.
import { english } from '../engine/core/say.ts';
import type { AppError } from '../engine/core/result.ts';
import type { IpcEvent, IpcEvents, MenuScreen, UiLanguage } from '../protocol/ipc.ts';
import { setupClosing } from './closing.ts';
import { wordsIn } from '../protocol/told/told.ts';
import { desktopText } from './desktop-text.ts';
import { dialogHandlers, saveFile } from './dialogs.ts';
import { setupSessionFiles } from './files.ts';
import type { IpcHandlers, IpcListeners } from './ipc-binding.ts';
import { LabProcess, type LabChild } from './lab-process.ts';
import { LabRelay } from './lab-relay.ts';
import { setupMenu, type MenuState } from './menu.ts';
import { languageOf, type AppWindow, type Shell } from './shell.ts';
import { setupWindow } from './window.ts';

export interface DesktopParts {
  readonly shell: Shell;
  readonly startLab: () => LabChild;
  readonly bindIpc: (handlers: IpcHandlers, listeners: IpcListeners, onBad: (error: AppError) => void) => void;
  readonly log: (text: string) => void;
  readonly logFile: string;
  readonly windowStateFile: string;
  readonly argv: readonly string[];
  readonly folder: string;
  readonly exists: (path: string) => boolean;
}

interface LabLink {
  readonly lab: LabProcess;
  readonly relay: LabRelay;
}

type Emit = <K extends IpcEvent>(name: K, payload: IpcEvents[K]) => void;

function setupLab({ shell, startLab, log, logFile }: DesktopParts, emit: Emit, language: () => UiLanguage): LabLink {
  const relay = new LabRelay(
    (frame) => lab.send(frame),
    (frame) => emit('lab/frame', frame),
  );
  const lab = new LabProcess({
    start: startLab,
    onFrame: (frame) => relay.fromLab(frame),
    onConnection: (open) => {
      if (!open) relay.labEnded();
      emit('lab/connection', open);
    },
    onGivenUp: (count, reason) => {
      log(`lab: given up after ${count} starts: ${english(reason)}\n`);
      relay.labEnded();
      const { title, message } = desktopText[language()].labGone;
      shell.showError(title, message(count, wordsIn(language(), reason), logFile));
    },
  });
  lab.start();
  return { lab, relay };
}

interface Front {
  readonly current: () => UiLanguage;
  readonly speak: (language: UiLanguage) => void;
  readonly lead: (screens: readonly MenuScreen[]) => void;
}

/** The native menu and dialogs in the window's language; the menu leads to the window's screens. */
function setupFront(shell: Shell, emit: Emit): Front {
  let state: MenuState = { language: languageOf(shell.locale), screens: [] };
  const show = setupMenu(shell, state, (command) => emit('menu/command', command));
  const change = (change: Partial<MenuState>): void => show((state = { ...state, ...change }));
  return {
    current: () => state.language,
    speak: (language) => (language === state.language ? undefined : change({ language })),
    lead: (screens) => change({ screens }),
  };
}

/** Runs until the shell exits. */
export function runDesktop(parts: DesktopParts): void {
  const { shell, log } = parts;
  let window: AppWindow | null = null;
  const emit: Emit = (name, payload) => window?.send(name, payload);
  const front = setupFront(shell, emit);
  const { lab, relay } = setupLab(parts, emit, front.current);
  const present = (): void => window?.present();
  const open = (path: string): void => emit('file/open', relay.grant(path));
  const files = setupSessionFiles({ ...parts, present, open });
  const onClosing = setupClosing({
    shell,
    language: front.current,
    activeRuns: () => relay.activeRuns(),
    closeSession: (unsaved) => (lab.isOpen() ? relay.ask('session/close', { unsaved }) : Promise.resolve()),
    chooseFile: (request) => saveFile({ ...parts, language: front.current }, request),
    saveElsewhere: (path) => relay.ask('session/save-as', { path, overwrite: true }),
    stopLab: (graceMs) => lab.stop(graceMs),
    destroyWindow: () => window?.destroy(),
  });
  const handlers: IpcHandlers = {
    ...dialogHandlers({ shell, language: front.current, exists: parts.exists, paths: relay }),
    'window/ready': (params) => {
      front.speak(params.language);
      files.windowReady();
      return Promise.resolve({ lab: lab.isOpen() });
    },
  };
  const fromWindow: IpcListeners = {
    'lab/frame': (frame) => relay.fromWindow(frame),
    'window/language': front.speak,
    'window/screens': front.lead,
  };
  parts.bindIpc(handlers, fromWindow, (error) => log(`${error.stack ?? english(error.message)}\n`));
  const onLoading = (): void => {
    relay.forgetWindow();
    files.windowLoading();
  };
  window = setupWindow({ shell, language: front.current, stateFile: parts.windowStateFile, onClosing, onLoading });
}
