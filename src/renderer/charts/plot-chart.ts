// One Chart.js line chart without animation, parsing or interaction of its own: scales and size are Chart.js, what is drawn are the marks of
// plot-parts, on the screen and in pictures. The only file that depends on Chart.js.
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
import { pixelOn, type Axis } from '../../engine/spec/scene.ts';
import { marksAsSvg } from '../../engine/spec/scene-svg.ts';
import type { PlotModel } from './plot-model.ts';
import { plotMarks } from './plot-parts.ts';
import type { Geometry, PlotPicture } from './plot-view.ts';
import { linearTicks, logTicks } from './scale.ts';
import { drawMarks } from './scene-canvas.ts';
import { labelWidth } from './text-width.ts';

Chart.register(LineController, LinearScale, LogarithmicScale);

const AXIS_LEFT = 44;

export class PlotChart {
  readonly #chart: Chart<'line', never[]>;
  #picture: PlotPicture;

  /** `onLayout` is called after each drawing with where things are. */
  constructor(canvas: HTMLCanvasElement, picture: PlotPicture, onLayout: (geometry: Geometry) => void) {
    this.#picture = picture;
    const plugin: Plugin<'line'> = {
      id: 'marks',
      afterDatasetsDraw: (chart) => {
        const geometry = geometryOf(chart);
        drawMarks(chart.ctx, plotMarks({ ...this.#picture, geometry }), this.#picture.theme.fontWords);
        onLayout(geometry);
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
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: { ...optionsOf(() => picture, { width, height }), responsive: false, devicePixelRatio: 1 },
    platform: BasicPlatform,
  });
  const geometry = geometryOf(chart);
  chart.destroy();
  return marksAsSvg(plotMarks({ ...picture, geometry }), picture.theme.fontWords);
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

/** Marks draw axes; the scale only has its room and its ticks. */
const undrawn = { border: { display: false }, grid: { display: false }, ticks: { display: false } } as const;

function axisX(picture: () => PlotPicture, width: number): AxisOptions {
  const { model, wholeX } = picture();
  const wish = { count: width < 420 ? 4 : 5, whole: wholeX };
  return {
    type: model.logX ? 'logarithmic' : 'linear',
    min: model.x.min,
    max: model.x.max,
    afterBuildTicks: (scale: Scale) => setTicks(scale, model.logX, wish),
    afterFit: (scale: Scale) => (scale.height = 22),
    ...undrawn,
  };
}

function axisY(picture: () => PlotPicture, height: number): AxisOptions {
  const { model } = picture();
  const wish = { count: height < 150 ? 3 : 4, empty: !hasData(model) };
  return {
    type: model.logY ? 'logarithmic' : 'linear',
    min: model.y.min,
    max: model.y.max,
    afterBuildTicks: (scale: Scale) => setTicks(scale, model.logY, wish),
    afterFit: (scale: Scale) => (scale.width = AXIS_LEFT),
    ...undrawn,
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
  const axes = { x: axisOf(chart.scales['x']), y: axisOf(chart.scales['y']) };
  const ticks = (axis: 'x' | 'y') => chart.scales[axis]?.ticks.map((tick) => tick.value) ?? [];
  return {
    left,
    right,
    top,
    bottom,
    width,
    height,
    axes,
    ticks: { x: ticks('x'), y: ticks('y') },
    x: (at) => pixelOn(axes.x, at),
    y: (at) => pixelOn(axes.y, at),
    invertX: value('x'),
    invertY: value('y'),
  };
}

/** The scale as data: the same result as its getPixelForValue in two operations, since every point of every line needs it. */
function axisOf(scale: Scale | undefined): Axis {
  if (scale === undefined) return { log: false, low: 0, from: Number.NaN, perUnit: 0 };
  const log = scale.type === 'logarithmic';
  const place = (value: number): number => (log ? Math.log10(value) : value);
  const [from, to] = [scale.getPixelForValue(scale.min), scale.getPixelForValue(scale.max)];
  const low = place(scale.min);
  return { log, low, from, perUnit: (to - from) / (place(scale.max) - low) };
}
