// What a person reads when an open session cannot be closed, was closed, or was closed into two files.
import { AppFailure, type AppError } from '../engine/core/result.ts';

export const unsaved = (path: string, changes: number, reason: AppError): AppFailure =>
  new AppFailure({
    code: 'unsaved',
    message: `session: ${changes === 1 ? 'one change is' : `${changes} changes are`} not in ${path}: ${reason.message}`,
    cure: 'Remove the cause and try again, save the session elsewhere, or give the changes up.',
  });

export const closedMeanwhile = (path: string): AppFailure =>
  new AppFailure({
    code: 'conflict',
    message: `session: ${path} was closed before this could be done; nothing was changed`,
    cure: 'Open it again.',
  });

export const inTwoFiles = (path: string, reason: AppError): AppError => ({
  code: reason.code,
  message: `session: all is saved, but in two files, ${path} and ${path}-wal: ${reason.message}`,
  cure: 'Keep the two together; opening the session and closing it again makes them one.',
});
