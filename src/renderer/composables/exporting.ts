// Exports of the open session from any screen: asks the lab, downloads the file through the browser, and reports the result. Weights under
// their own names go to a file that a person names; everything else is a download.
import { exportKinds, type ExportFormat } from '../../protocol/export-kinds.ts';
import { fileName } from '../../protocol/file-name.ts';
import type { ExportReply, ReportPicture, RunId } from '../../protocol/state.ts';
import { locale, t } from '../i18n/index.ts';
import { download, filters, pickFile, pickTarget } from '../services/dialogs.ts';
import { lab } from '../services/lab.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import { sessionsFolder, targetPath, writeAsking } from './targets.ts';

/** Formats a window offers, in the order of its menus; the table with tabs is what the clipboard gets. */
export const offeredFormats = (Object.keys(exportKinds) as ExportFormat[]).filter((format) => format !== 'table-tsv');

/** The palette's name of an export, and the text to type to list all of them. */
export const exportTitle = (format: ExportFormat): string =>
  t('palette.exportAs', { format: t(`exports.kinds.${format}`) });
export const exportSearch = (): string => `> ${t('palette.exportAs', { format: '' }).trim()}`;

export async function exportSession(format: ExportFormat, pictures?: readonly ReportPicture[]): Promise<void> {
  const session = useSessionStore().session;
  if (!session) return;
  if (format === 'safetensors') return exportWeights(session.name);
  const made = await lab().request('session/export', {
    format,
    language: locale(),
    ...(pictures === undefined ? {} : { pictures }),
  });
  hand(made, made.name ?? `${fileName(session.name)}${exportKinds[format].ending}`, exportKinds[format].media);
}

/** Sessions that need not be open: several of them, or several kinds, are one archive. */
export async function exportSessions(paths: readonly string[], formats: readonly ExportFormat[]): Promise<void> {
  const made = await lab().request('session/export-several', { paths, formats, language: locale() });
  const [format] = formats;
  const single = paths.length === 1 && formats.length === 1 && format !== undefined;
  hand(made, made.name ?? '', single ? exportKinds[format].media : 'application/zip');
}

/** Downloads the file through the browser and reports it. */
function hand(made: ExportReply, name: string, media: string): void {
  download(name, made.data === undefined ? (made.text ?? '') : bytesOf(made.data), media);
  useUiStore().say(t('sessions.exportedFile', { name }));
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The run table for a spreadsheet or a text: cells separated by tabs, and the same as an HTML table. */
export async function copyTable(): Promise<void> {
  const { text } = await lab().request('session/export', { format: 'table-tsv' });
  const plain = text ?? '';
  const parts = {
    'text/plain': new Blob([plain], { type: 'text/plain' }),
    'text/html': new Blob([htmlTable(plain)], { type: 'text/html' }),
  };
  await navigator.clipboard.write([new ClipboardItem(parts)]);
  useUiStore().say(t('exports.tableCopied'));
}

function htmlTable(tabs: string): string {
  const table = document.createElement('table');
  for (const line of tabs.trimEnd().split('\n')) {
    const row = table.insertRow();
    for (const cell of line.split('\t')) row.insertCell().textContent = cell;
  }
  return table.outerHTML;
}

async function exportWeights(sessionName: string): Promise<void> {
  const ui = useUiStore();
  const target = await pickTarget(
    {
      title: t('dialogs.exportWeights'),
      label: t('dialogs.fileName'),
      help: t('dialogs.exportWeightsHelp', { folder: sessionsFolder() }),
      action: t('common.save'),
      filters: [filters.weights],
      suggested: `${fileName(sessionName)}.safetensors`,
    },
    ui.ask,
  );
  if (!target) return;
  const path = targetPath(target.path, sessionsFolder(), 'safetensors');
  let written: string | null = path;
  const done = await writeAsking(target.confirmed, async (overwrite) => {
    written = (await lab().request('session/export', { format: 'safetensors', path, overwrite })).path;
  });
  if (done) ui.say(t('sessions.exported', { path: written ?? path }));
}

/** Other weights for a run that has not finished: a file of this program's, or one of PyTorch's. */
export async function importWeights(run: RunId): Promise<void> {
  const ui = useUiStore();
  const question = {
    title: t('exports.importWeights'),
    label: t('dialogs.path'),
    help: t('exports.importWeightsHelp', { folder: sessionsFolder() }),
    action: t('exports.importAction'),
    filters: [filters.weights],
  };
  const answer = await pickFile(question, ui.ask);
  if (answer === null) return;
  const path = targetPath(answer, sessionsFolder(), 'safetensors');
  await useSessionStore().importWeights(run, path);
  ui.say(t('exports.weightsTaken', { path }));
}
