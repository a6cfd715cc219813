// What a person reads when an open session cannot be closed, was closed, or was closed into two files.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';

export const unsaved = (path: string, changes: number, reason: AppError): AppFailure =>
  new AppFailure({
    code: 'unsaved',
    message:
      changes === 1
        ? say`session: one change is not in ${asIs(path)}: ${reason.message}`
        : say`session: ${changes} changes are not in ${asIs(path)}: ${reason.message}`,
    cure: say`Remove the cause and try again, save the session elsewhere, or discard the changes.`,
  });

export const closedMeanwhile = (path: string): AppFailure =>
  new AppFailure({
    code: 'conflict',
    message: say`session: ${asIs(path)} was closed before this could be done; nothing was changed`,
    cure: say`Open it again.`,
  });

export const inTwoFiles = (path: string, reason: AppError): AppError => ({
  code: reason.code,
  message: say`session: all is saved, but in two files, ${asIs(path)} and ${asIs(path)}-wal: ${reason.message}`,
  cure: say`Keep the two together; opening the session and closing it again makes them one.`,
});

export const readOnly = (path: string, cure: Message): AppError => ({
  code: 'permission',
  message: say`session: ${asIs(path)} is open for reading only`,
  cure,
});
