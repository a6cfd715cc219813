// Native file dialogs for the window's requests. Names and paths come back from the person's choice, never from the page alone.
import { isAbsolute } from 'node:path';
import { AppFailure } from '../engine/core/result.ts';
import type { IpcHandlers } from './ipc-binding.ts';
import type { Shell } from './shell.ts';

/** `exists` tells whether a path is there: the file manager is never asked to go looking. */
export function dialogHandlers(
  shell: Shell,
  exists: (path: string) => boolean,
): Pick<IpcHandlers, 'dialog/open-file' | 'dialog/save-file' | 'file/reveal'> {
  return {
    'dialog/open-file': ({ title, filters }) => shell.openFile({ title, filters }),
    'dialog/save-file': async ({ title, filters, suggested }) => {
      const chosen = await shell.saveFile({ title, filters, suggested });
      const extension = filters[0]?.extensions[0];
      // Some desktops leave the extension to the program.
      if (
        chosen === null ||
        extension === undefined ||
        extension === '*' ||
        chosen.includes('.', chosen.lastIndexOf('/') + 1)
      )
        return chosen;
      return `${chosen}.${extension}`;
    },
    'file/reveal': ({ path }) => {
      if (!isAbsolute(path) || !exists(path)) {
        return Promise.reject(
          new AppFailure({
            code: 'not-found',
            message: `file/reveal: an existing absolute path is required, got ${path}`,
          }),
        );
      }
      shell.reveal(path);
      return Promise.resolve(null);
    },
  };
}
