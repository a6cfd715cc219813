// The bars of training memory as a picture: what is drawn, in which tones.
import type { ChartTheme } from '../../../charts/chart-theme.ts';
import type { ChartPicture } from '../../../charts/picture.ts';
import { memoryParts, memoryPartsOf } from '../../../../engine/spec/memory-parts.ts';
import { formatMebibytes } from '../../../format/bytes.ts';
import { formatRatio } from '../../../format/numbers.ts';
import { barPicture, tonesOf } from './bar-picture.ts';
import type { MemoryBars, MemoryRow } from './memory-rows.ts';

export interface MemoryWords {
  readonly title: string;
  readonly unit: string;
  readonly parts: readonly string[];
  /** Tone of the mark of measured growth. */
  readonly growth: string;
}

const cellsOf = ({ report, ratio }: MemoryRow): string[] =>
  report === null ? ['–'] : [formatMebibytes(report.total), ...(ratio === null ? [] : [formatRatio(ratio)])];

export function memoryPicture(bars: MemoryBars, words: MemoryWords, theme: ChartTheme): ChartPicture {
  const tones = tonesOf(memoryParts.map((_, at) => `--mem-${at + 1}`));
  const warn = tonesOf(['--warn'])[0] ?? theme.text;
  const rows = bars.rows.map((row) => ({
    name: row.name,
    parts:
      row.report && memoryPartsOf(row.report).map(({ bytes }, at) => ({ width: bytes, tone: tones[at] ?? theme.text })),
    cells: cellsOf(row),
    mark: row.check && { at: row.check.growth.bytes, tone: row.check.off ? warn : theme.text },
  }));
  const picture = {
    chart: 'memory',
    title: words.title,
    unit: words.unit,
    rows,
    scale: bars.scale,
    ticks: bars.ticks.map((tick) => ({ at: tick, text: formatMebibytes(tick) })),
    legend: [
      ...words.parts.map((text, at) => ({ text, tone: tones[at] ?? theme.text })),
      { text: words.growth, tone: theme.text, thin: true },
    ],
  };
  return barPicture(picture, theme);
}
