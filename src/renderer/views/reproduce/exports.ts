// The two reports of a reproduction as entries of a menu, each downloaded under the reproduction's name.
import { t } from '../../i18n/index.ts';
import { download } from '../../services/dialogs.ts';
import type { useUiStore } from '../../stores/ui.ts';

export interface Export {
  readonly text: string;
  readonly run: () => void;
}

interface Reports {
  /** Without ending. */
  readonly name: string;
  readonly markdown: () => string;
  readonly csv: () => string;
  /** What the table holds. */
  readonly csvTitle: string;
}

export function exportsOf(
  ui: ReturnType<typeof useUiStore>,
  { name, markdown, csv, csvTitle }: Reports,
): readonly Export[] {
  const save = (file: string, content: string, type: string): void => {
    download(file, content, type);
    ui.say(t('reproduce.exported', { name: file }));
  };
  return [
    { text: t('reproduce.asMarkdown'), run: () => save(`${name}.md`, markdown(), 'text/markdown') },
    { text: csvTitle, run: () => save(`${name}.csv`, csv(), 'text/csv') },
  ];
}
