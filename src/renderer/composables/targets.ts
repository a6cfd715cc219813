// The path of a file that a person names, and what happens if it exists. Independent of kinds of file.
import { AppFailure } from '../../engine/core/result.ts';
import { t } from '../i18n/index.ts';
import { told } from '../i18n/told.ts';
import { useLabStore } from '../stores/lab.ts';
import { useSettingsStore } from '../stores/settings.ts';
import { useUiStore } from '../stores/ui.ts';

export const sessionsFolder = (): string =>
  useSettingsStore().settings?.sessionsFolder ?? useLabStore().machine?.sessionsFolder ?? '';

/** A bare name goes to the sessions folder and gets the ending it needs. */
export function targetPath(answer: string, folder: string, extension: string): string {
  const named = answer.toLowerCase().endsWith(`.${extension}`) ? answer : `${answer}.${extension}`;
  if (/[\\/]/.test(named) || folder === '') return named;
  const separator = folder.includes('\\') ? '\\' : '/';
  return `${folder.replace(/[\\/]+$/, '')}${separator}${named}`;
}

/** Runs `write`; if the file exists and the person agrees, runs it again with permission to replace it. */
export async function writeAsking(confirmed: boolean, write: (overwrite: boolean) => Promise<void>): Promise<boolean> {
  try {
    await write(confirmed);
    return true;
  } catch (failure) {
    const conflict = failure instanceof AppFailure && failure.appError.code === 'conflict';
    if (!conflict || confirmed) throw failure;
    const agreed = await useUiStore().confirm({
      title: t('dialogs.exists'),
      help: told(failure.appError.message),
      action: t('dialogs.replace'),
      danger: true,
    });
    if (agreed) await write(true);
    return agreed;
  }
}
