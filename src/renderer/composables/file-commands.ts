// Palette commands about session files and one-click experiments.
import type { IconName } from '../components/icons.ts';
import { presetTitle } from '../i18n/fields.ts';
import { t } from '../i18n/index.ts';
import { useLabStore } from '../stores/lab.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import type { Command } from './commands.ts';
import { exportTitle, offeredFormats } from './exporting.ts';
import type { SessionFiles } from './session-files.ts';

const command = (id: string, title: string, icon: IconName, run: () => unknown, keys?: string): Command => ({
  id: `file/${id}`,
  group: 'commands',
  title,
  icon,
  run: () => void run(),
  ...(keys === undefined ? {} : { keys }),
});

/** Edits the session's name in the top bar, if the session can be written. */
export function startRenaming(): void {
  const { session } = useSessionStore();
  if (session && !session.readOnly) useUiStore().renaming = true;
}

/** Commands with and without an open session, the latter first. */
export function fileCommands(files: SessionFiles): readonly Command[] {
  const always = [
    command('new', t('palette.newExperiment'), 'plus', files.newExperiment),
    command('open', t('palette.openFile'), 'open', files.openFile, 'mod+o'),
    command('experiment', t('palette.importExperiment'), 'open', files.importExperiment),
    command('text', t('palette.importText'), 'download', files.importText),
  ];
  return [...openSessionCommands(files), ...always, ...presetCommands(files)];
}

function openSessionCommands(files: SessionFiles): readonly Command[] {
  const { session } = useSessionStore();
  if (!session) return [];
  const detail = t('common.runs', {}, session.runs.length);
  const exports = offeredFormats.map((format) => ({
    ...command(format, exportTitle(format), 'export', () => files.exportAs(format)),
    detail,
  }));
  return [
    command('save-as', t('palette.saveAs'), 'copy', files.saveAs, 'mod+shift+s'),
    command('rename', t('palette.renameSession'), 'edit', startRenaming, 'f2'),
    ...exports,
    command('copy-table', t('exports.copyTable'), 'copy', files.copyTable),
    command('put-texts', t('palette.putTexts'), 'download', files.putTexts),
    command('close', t('palette.closeSession'), 'close', files.closeSession),
  ];
}

const presetCommands = (files: SessionFiles): readonly Command[] =>
  useLabStore().presets.map((preset) => {
    const title = t('palette.startPreset', { title: presetTitle(preset) });
    return command(`preset-${preset.id}`, title, 'play', () => files.startPreset(preset));
  });
