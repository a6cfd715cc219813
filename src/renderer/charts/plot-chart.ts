// One Chart.js line chart without animation, parsing or interaction of its own: scales, grid and size are Chart.js, lines and marks come
// from plot-lines and plot-draw. The only file that depends on Chart.js.
import {
  BasicPlatform,
  Chart,
  LinearScale,
  LineController,
  LogarithmicScale,
  type ChartConfiguration,
  type ChartOptions,
  type Plugin,
  type Scale,
} from 'chart.js';
import type { ChartTheme } from './chart-theme.ts';
import { drawAbove, drawBehind } from './plot-draw.ts';
import type { PlotModel } from './plot-model.ts';
import type { Geometry, PlotNotes } from './plot-scene.ts';
import { linearTicks, logTicks } from './scale.ts';
import { SvgContext } from './svg-context.ts';
import { labelWidth } from './text-width.ts';

Chart.register(LineController, LinearScale, LogarithmicScale);

export interface PlotPicture {
  readonly model: PlotModel;
  readonly theme: ChartTheme;
  readonly notes: PlotNotes;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Only whole positions make sense on x, since there is no half step. */
  readonly wholeX: boolean;
}

const AXIS_LEFT = 44;

export class PlotChart {
  readonly #chart: Chart<'line', never[]>;
  #picture: PlotPicture;

  /** `onLayout` is called after each drawing with where things are. */
  constructor(canvas: HTMLCanvasElement, picture: PlotPicture, onLayout: (geometry: Geometry) => void) {
    this.#picture = picture;
    const scene = (chart: Chart) => ({ ...this.#picture, context: chart.ctx, geometry: geometryOf(chart) });
    const plugin: Plugin<'line'> = {
      id: 'marks',
      beforeDatasetsDraw: (chart) => drawBehind(scene(chart)),
      afterDatasetsDraw: (chart) => {
        drawAbove(scene(chart));
        onLayout(geometryOf(chart));
      },
    };
    const config: ChartConfiguration<'line', never[]> = {
      type: 'line',
      data: { datasets: [] },
      options: optionsOf(() => this.#picture, { width: canvas.clientWidth, height: canvas.clientHeight }),
      plugins: [plugin],
    };
    this.#chart = new Chart(canvas, config);
  }

  draw(picture: PlotPicture): void {
    this.#picture = picture;
    this.#chart.options = optionsOf(() => this.#picture, this.#chart);
    this.#chart.update('none');
  }

  dispose(): void {
    this.#chart.destroy();
  }
}

/** The same picture as SVG content, in any size. */
export function plotSvg(picture: PlotPicture, width: number, height: number): string {
  const svg = new SvgContext(width, height);
  const scene = (chart: Chart) => ({ ...picture, context: svg.asCanvas, geometry: geometryOf(chart) });
  const plugin: Plugin<'line'> = {
    id: 'marks',
    beforeDatasetsDraw: (chart) => drawBehind(scene(chart)),
    afterDatasetsDraw: (chart) => drawAbove(scene(chart)),
  };
  const options = optionsOf(() => picture, { width, height });
  const chart = new Chart(svg.asCanvas, {
    type: 'line',
    data: { datasets: [] },
    options: { ...options, responsive: false, devicePixelRatio: 1 },
    plugins: [plugin],
    platform: BasicPlatform,
  });
  const { content } = svg;
  chart.destroy();
  return content;
}

type AxisOptions = NonNullable<ChartOptions<'line'>['scales']>[string];

/** Space for the labels at the right: the width of the longest, limited by the chart's width. The same for all charts. */
function gutterOf(model: PlotModel, width: number): number {
  const longest = Math.max(0, ...model.lines.map(({ tag }) => (tag === null ? 0 : labelWidth(tag))));
  return Math.min(Math.max(longest + 24, 78), Math.max(78, 0.27 * width));
}

/** `size` in CSS pixels as known to the chart; reading it from the page would force a layout. */
function optionsOf(picture: () => PlotPicture, size: Pick<Chart, 'width' | 'height'>): ChartOptions<'line'> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { left: 0, right: gutterOf(picture().model, size.width), top: 8, bottom: 0 } },
    scales: { x: axisX(picture, size.width), y: axisY(picture, size.height) },
  };
}

const tickLook = ({ theme }: PlotPicture) => ({
  color: theme.faint,
  font: { family: theme.fontNumbers, size: 10 },
  autoSkip: false,
});

function axisX(picture: () => PlotPicture, width: number): AxisOptions {
  const { model, theme, wholeX } = picture();
  const wish = { count: width < 420 ? 4 : 5, whole: wholeX };
  return {
    type: model.logX ? 'logarithmic' : 'linear',
    min: model.x.min,
    max: model.x.max,
    afterBuildTicks: (scale: Scale) => setTicks(scale, model.logX, wish),
    afterFit: (scale: Scale) => (scale.height = 22),
    border: { color: theme.axis },
    grid: { drawOnChartArea: false, tickLength: 4, tickColor: theme.axis },
    ticks: {
      ...tickLook(picture()),
      maxRotation: 0,
      padding: 1,
      callback: (value) => picture().formatX(Number(value)),
    },
  };
}

function axisY(picture: () => PlotPicture, height: number): AxisOptions {
  const { model, theme } = picture();
  const wish = { count: height < 150 ? 3 : 4, empty: !hasData(model) };
  return {
    type: model.logY ? 'logarithmic' : 'linear',
    min: model.y.min,
    max: model.y.max,
    afterBuildTicks: (scale: Scale) => setTicks(scale, model.logY, wish),
    afterFit: (scale: Scale) => (scale.width = AXIS_LEFT),
    border: { display: false },
    grid: { color: theme.grid, tickLength: 0 },
    ticks: { ...tickLook(picture()), padding: 6, callback: (value) => picture().formatY(Number(value)) },
  };
}

interface TickWish {
  readonly count: number;
  readonly whole?: boolean;
  /** Without data a scale would be meaningless. */
  readonly empty?: boolean;
}

const hasData = (model: PlotModel): boolean => model.lines.some((line) => line.end !== null);

function setTicks(scale: Scale, log: boolean, { count, whole, empty }: TickWish): void {
  const { min, max } = scale;
  const values = empty === true ? [] : log ? logTicks(min, max, count) : linearTicks(min, max, count);
  const shown = whole === true ? values.filter(Number.isInteger) : values;
  scale.ticks = shown.map((value) => ({ value }));
}

function geometryOf(chart: Chart): Geometry {
  const { left, right, top, bottom } = chart.chartArea;
  const value = (axis: 'x' | 'y') => (at: number) => chart.scales[axis]?.getValueForPixel(at) ?? Number.NaN;
  const { width, height } = chart;
  return {
    left,
    right,
    top,
    bottom,
    width,
    height,
    x: pixels(chart.scales['x']),
    y: pixels(chart.scales['y']),
    invertX: value('x'),
    invertY: value('y'),
  };
}

/** The same result as the scale's getPixelForValue in two operations, since it is needed for every point of every line. */
function pixels(scale: Scale | undefined): (value: number) => number {
  if (scale === undefined) return () => Number.NaN;
  const position = scale.type === 'logarithmic' ? Math.log10 : (value: number): number => value;
  const [from, to] = [scale.getPixelForValue(scale.min), scale.getPixelForValue(scale.max)];
  const low = position(scale.min);
  const perUnit = (to - from) / (position(scale.max) - low);
  return (value) => from + (position(value) - low) * perUnit;
}
