// Native file dialogs for the window's requests. Names and paths come back from the person's choice, never from the page alone; the choice
// is reported to the part that grants the page access.
import { basename, extname, isAbsolute } from 'node:path';
import { AppFailure } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { SaveFileRequest, UiLanguage } from '../protocol/ipc.ts';
import { desktopText } from './desktop-text.ts';
import type { IpcHandlers } from './ipc-binding.ts';
import type { LabRelay } from './lab-relay.ts';
import type { Shell } from './shell.ts';

type DialogHandlers = Pick<IpcHandlers, 'dialog/open-file' | 'dialog/save-file' | 'file/reveal'>;

export interface DialogSetup {
  readonly shell: Shell;
  readonly language: () => UiLanguage;
  readonly exists: (path: string) => boolean;
  /** Records the paths a person has chosen, and tells whether the page got a path from a person or from the lab. */
  readonly paths: Pick<LabRelay, 'grant' | 'knows'>;
}

/** Some desktops leave the extension to the program, and then have not asked about replacing the final file. */
export async function saveFile(
  { shell, language, exists }: Omit<DialogSetup, 'paths'>,
  request: SaveFileRequest,
): Promise<string | null> {
  const chosen = await shell.saveFile(request);
  const endings = request.filters[0]?.extensions ?? [];
  const [extension] = endings;
  if (chosen === null || extension === undefined || endings.includes('*')) return chosen;
  if (endings.includes(extname(chosen).slice(1).toLowerCase())) return chosen;
  const path = `${chosen}.${extension}`;
  if (!exists(path)) return path;
  const { title, message, detail, replace, keep } = desktopText[language()].replacing;
  const answer = await shell.ask({ title, message: message(basename(path)), detail, buttons: [replace, keep] });
  return answer === 0 ? path : null;
}

/** The handlers of requests that open system dialogs. */
export function dialogHandlers(setup: DialogSetup): DialogHandlers {
  const { shell, exists, paths } = setup;
  const granted = async (choice: Promise<string | null>): Promise<string | null> => {
    const path = await choice;
    if (path !== null) paths.grant(path);
    return path;
  };
  return {
    'dialog/open-file': ({ title, filters }) => granted(shell.openFile({ title, filters })),
    'dialog/save-file': (request) => granted(saveFile(setup, request)),
    'file/reveal': ({ path }) => {
      // Checked in this order, since even testing a path made up by the page may contact another machine.
      if (!isAbsolute(path) || !paths.knows(path) || !exists(path)) {
        const message = say`file/reveal: the path of an existing file that the lab has told of is required, got ${asIs(path)}`;
        return Promise.reject(new AppFailure({ code: 'not-found', message }));
      }
      shell.reveal(path);
      return Promise.resolve(null);
    },
  };
}
