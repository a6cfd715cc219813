// A chart of the Race screen as a picture of one size, whatever the size of the window: lines, axes and names.
import type { ChartTheme } from '../../../charts/chart-theme.ts';
import type { ChartPicture } from '../../../charts/picture.ts';
import { plotSvg } from '../../../charts/plot-chart.ts';
import { chartUnit, metricTitle } from '../metric-words.ts';
import { chartWord } from '../view-ids.ts';
import { useRaceViewStore, type LineChartId } from '../view-store.ts';
import type { Plot } from './use-plot.ts';

const [width, height] = [720, 360];
/** Above this many names the legend is cut. */
const mostNames = 24;

export function plotPicture(chart: LineChartId, plot: Plot, theme: ChartTheme): ChartPicture {
  const { metrics } = useRaceViewStore();
  const model = plot.model.value;
  const { formatX, formatY } = plot;
  const whole = { model, notes: plot.notes.value, theme, formatX, formatY, wholeX: plot.wholeX.value };
  const named = model.lines.filter((line) => line.prominent && line.end !== null);
  return {
    chart: chartWord(chart),
    title: metricTitle(plot.metric.value, metrics),
    unit: chartUnit(chart, metrics),
    width,
    height,
    content: plotSvg(whole, width, height),
    legend: named.slice(0, mostNames).map(({ label, look }) => ({ text: label, look })),
  };
}
