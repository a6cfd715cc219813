// Saves the charts of the Race screen: each separately or all as one board, as SVG or PNG, with a source line.
import { readChartTheme } from '../../charts/chart-theme.ts';
import { boardSheet, chartSheet, type ChartPicture } from '../../charts/picture.ts';
import { exportSession } from '../../composables/exporting.ts';
import { savePicture, type PictureKind } from '../../composables/save-pictures.ts';
import { t } from '../../i18n/index.ts';
import { fileName } from '../../../protocol/file-name.ts';
import { useLabStore } from '../../stores/lab.ts';
import { useSessionStore } from '../../stores/session.ts';

/** Draws the visible charts in a theme. */
export type Pictures = (theme: ReturnType<typeof readChartTheme>) => readonly ChartPicture[];

/** `minRNN Lab 0.1.0 · session “Parity” · 2026-11-29`. */
function sourceLine(): string {
  const name = useSessionStore().session?.name ?? '';
  const version = useLabStore().machine?.version ?? '';
  const started = useSessionStore().runs.map((run) => run.environment?.started ?? '');
  const day = started.toSorted().at(-1)?.slice(0, 10) ?? '';
  return t('exports.source', { version, name, day });
}

const sessionName = (): string => useSessionStore().session?.name ?? 'race';

export async function saveCharts(pictures: Pictures, kind: PictureKind): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  for (const one of pictures(theme)) {
    await savePicture(chartSheet(one, sourceLine(), theme), `${fileName(sessionName())}-${one.chart}`, kind);
  }
}

export async function saveBoard(pictures: Pictures, kind: PictureKind): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  const sheet = boardSheet(pictures(theme), sessionName(), sourceLine(), theme);
  await savePicture(sheet, `${fileName(sessionName())}-board`, kind);
}

/** The report, with the charts in their current state. */
export async function saveReport(pictures: Pictures): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  const drawn = pictures(theme).map((one) => ({
    title: one.title,
    svg: chartSheet(one, sourceLine(), theme).svg,
  }));
  await exportSession('html', drawn);
}
