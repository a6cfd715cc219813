// Session files that reach the program from outside: its arguments, a second start, the dock or the file manager. The file waits
// here until the window listens. The lab handles the content.
import { isAbsolute, resolve } from 'node:path';
import type { Shell } from './shell.ts';

const extension = '.rnnlab';

/** The session file among command-line arguments, made absolute; null when there is none. The last one wins. */
export function sessionArgument(argv: readonly string[], folder: string): string | null {
  const named = argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && argument.toLowerCase().endsWith(extension));
  const last = named.at(-1);
  if (last === undefined) return null;
  return isAbsolute(last) ? last : resolve(folder, last);
}

export interface SessionFileOpening {
  /** The window is listening now; a file that came earlier is passed on. */
  windowReady(): void;
  /** The page is loading again and does not listen. */
  windowLoading(): void;
}

export interface SessionFileSetup {
  readonly shell: Shell;
  readonly argv: readonly string[];
  readonly folder: string;
  /** Brings the window to the front. */
  readonly present: () => void;
  readonly open: (path: string) => void;
}

/** Only the newest file is kept while the window is not listening, since one session is open at a time. */
export function setupSessionFiles({ shell, argv, folder, present, open }: SessionFileSetup): SessionFileOpening {
  let waiting = sessionArgument(argv, folder);
  let listening = false;
  const take = (path: string | null): void => {
    if (path !== null) waiting = path;
    if (!listening || waiting === null) return;
    const next = waiting;
    waiting = null;
    open(next);
  };
  shell.onOpenFile((path) => {
    present();
    take(path.toLowerCase().endsWith(extension) ? path : null);
  });
  shell.onSecondInstance((others, theirFolder) => {
    present();
    take(sessionArgument(others, theirFolder));
  });
  shell.onActivate(present);
  return {
    windowReady: () => {
      listening = true;
      take(null);
    },
    windowLoading: () => {
      listening = false;
    },
  };
}
