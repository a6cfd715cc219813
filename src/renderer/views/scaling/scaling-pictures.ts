// The charts of the Scaling screen, each as a picture with title, unit and source line.
import type { ScalingResult } from '../../../engine/spec/scaling.ts';
import { readChartTheme } from '../../charts/chart-theme.ts';
import { domPicture } from '../../charts/dom-picture.ts';
import { chartSheet } from '../../charts/picture.ts';
import { savePicture, type PictureKind } from '../../composables/save-pictures.ts';
import { t } from '../../i18n/index.ts';
import { useLabStore } from '../../stores/lab.ts';

const wordsOf = (header: Element | null, parts: string): string =>
  [...(header?.querySelectorAll(parts) ?? [])].map((part) => part.textContent.trim()).join(' ');

/** A chart that is shown as its table has no picture. */
export async function saveScalingPictures(
  { spec, started, environment }: ScalingResult,
  kind: PictureKind,
): Promise<void> {
  const theme = readChartTheme(document.documentElement);
  const stamp = environment === null ? '' : ` · ${environment.device}, ${environment.module}`;
  const source = t('scaling.source', {
    version: useLabStore().machine?.version ?? '',
    day: started.slice(0, 10),
    stamp,
  });
  const figures = [...document.querySelectorAll('.scaling .charts figure')];
  for (const [at, figure] of figures.entries()) {
    const svg = figure.querySelector<SVGSVGElement>('svg.plot');
    if (svg === null) continue;
    const header = figure.querySelector(':scope > header');
    const chart = ['time', 'speed-up', 'memory'][at] ?? String(at);
    const picture = { chart, title: wordsOf(header, 'h2, .select'), unit: wordsOf(header, ':scope > .u'), legend: [] };
    const sheet = chartSheet({ ...picture, ...domPicture(svg) }, source, theme);
    await savePicture(sheet, `scaling-${spec.vary}-${started.slice(0, 10)}-${chart}`, kind);
  }
}
