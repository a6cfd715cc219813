// Native file dialogs for the window's requests. Names and paths come back from the person's choice, never from the page alone.
import { basename, extname, isAbsolute } from 'node:path';
import { AppFailure } from '../engine/core/result.ts';
import type { SaveFileRequest, UiLanguage } from '../protocol/ipc.ts';
import { desktopText } from './desktop-text.ts';
import type { IpcHandlers } from './ipc-binding.ts';
import type { Shell } from './shell.ts';

type DialogHandlers = Pick<IpcHandlers, 'dialog/open-file' | 'dialog/save-file' | 'file/reveal'>;

export interface DialogSetup {
  readonly shell: Shell;
  readonly language: () => UiLanguage;
  readonly exists: (path: string) => boolean;
}

/** Some desktops leave the extension to the program, and then have not asked about the file that really gets written. */
export async function saveFile(
  { shell, language, exists }: DialogSetup,
  request: SaveFileRequest,
): Promise<string | null> {
  const chosen = await shell.saveFile(request);
  const extension = request.filters[0]?.extensions[0];
  if (chosen === null || extension === undefined || extension === '*' || extname(chosen) !== '') return chosen;
  const path = `${chosen}.${extension}`;
  if (!exists(path)) return path;
  const { title, message, detail, replace, keep } = desktopText[language()].replacing;
  const answer = await shell.ask({ title, message: message(basename(path)), detail, buttons: [replace, keep] });
  return answer === 0 ? path : null;
}

/** The handlers of the requests that open something of the system's. */
export function dialogHandlers(setup: DialogSetup): DialogHandlers {
  const { shell, exists } = setup;
  return {
    'dialog/open-file': ({ title, filters }) => shell.openFile({ title, filters }),
    'dialog/save-file': (request) => saveFile(setup, request),
    'file/reveal': ({ path }) => {
      if (!isAbsolute(path) || !exists(path)) {
        const message = `file/reveal: an existing absolute path is required, got ${path}`;
        return Promise.reject(new AppFailure({ code: 'not-found', message }));
      }
      shell.reveal(path);
      return Promise.resolve(null);
    },
  };
}
