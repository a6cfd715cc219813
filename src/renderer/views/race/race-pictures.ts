// Saves the charts of the Race screen: each by itself or all as one board, as SVG or PNG, with the line that says where they come from.
import { readChartTheme } from '../../charts/chart-theme.ts';
import { boardSheet, chartSheet, rasterOf, type ChartPicture, type Sheet } from '../../charts/picture.ts';
import { exportSession } from '../../composables/exporting.ts';
import { t } from '../../i18n/index.ts';
import { fileName } from '../../../protocol/file-name.ts';
import { download } from '../../services/dialogs.ts';
import { useLabStore } from '../../stores/lab.ts';
import { useSessionStore } from '../../stores/session.ts';

export type PictureKind = 'svg' | 'png';
/** What draws the charts of the screen in a theme. */
export type Pictures = (theme: ReturnType<typeof readChartTheme>) => readonly ChartPicture[];

/** `minRNN Lab 0.1.0 · session “Parity” · 2026-11-29`. */
function sourceLine(): string {
  const name = useSessionStore().session?.name ?? '';
  const version = useLabStore().machine?.version ?? '';
  const started = useSessionStore().runs.map((run) => run.environment?.started ?? '');
  const day = started.toSorted().at(-1)?.slice(0, 10) ?? '';
  return t('exports.source', { version, name, day });
}

async function save(sheet: Sheet, name: string, kind: PictureKind): Promise<void> {
  if (kind === 'svg') return download(`${name}.svg`, sheet.svg, 'image/svg+xml');
  const png = await rasterOf(sheet);
  if (png !== null) download(`${name}.png`, png, 'image/png');
}

const sessionName = (): string => useSessionStore().session?.name ?? 'race';

export async function saveCharts(pictures: Pictures, kind: PictureKind): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  for (const one of pictures(theme)) {
    await save(chartSheet(one, sourceLine(), theme), `${fileName(sessionName())}-${one.chart}`, kind);
  }
}

export async function saveBoard(pictures: Pictures, kind: PictureKind): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  const sheet = boardSheet(pictures(theme), sessionName(), sourceLine(), theme);
  await save(sheet, `${fileName(sessionName())}-board`, kind);
}

/** The report, with each chart as it looks now. */
export async function saveReport(pictures: Pictures): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  const drawn = pictures(theme).map((one) => ({
    title: one.title,
    svg: chartSheet(one, sourceLine(), theme).svg,
  }));
  await exportSession('html', drawn);
}
