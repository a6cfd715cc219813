// What all drawing code of a chart shares: the canvas, pixel functions, the lines, the theme, and common strokes. Independent of Vue and
// Chart.js.
import type { ChartTheme } from './chart-theme.ts';
import type { PlotLine, PlotModel, XY } from './plot-model.ts';

export interface Geometry {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly invertX: (pixel: number) => number;
  readonly invertY: (pixel: number) => number;
}

export interface PlotNotes {
  readonly guides: readonly { readonly y: number; readonly label: string }[];
  readonly shade: { readonly to: number; readonly label: string } | null;
  /** Text for disturbed stretches. */
  readonly disturbed: string;
  /** Text at the end of a line instead of its name, `NaN after step 1,150`. */
  readonly endNote: (line: PlotLine) => string | null;
  readonly xName: string;
}

export interface Scene {
  readonly context: CanvasRenderingContext2D;
  readonly geometry: Geometry;
  readonly model: PlotModel;
  readonly theme: ChartTheme;
  readonly notes: PlotNotes;
}

/** Distinguished lines, selected ones last. */
export const prominent = (scene: Scene): readonly PlotLine[] =>
  scene.model.lines.filter((line) => line.prominent).sort((a, b) => Number(a.selected) - Number(b.selected));

/** Whether a point is between the left and the right edge. */
export const insideX = (geometry: Geometry, { x }: XY): boolean => {
  const pixel = geometry.x(x);
  return pixel >= geometry.left - 1 && pixel <= geometry.right + 1;
};

/** Draws inside the plot area only. */
export function clipped({ context, geometry }: Scene, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(geometry.left, geometry.top - 4, geometry.right - geometry.left, geometry.bottom - geometry.top + 4);
  context.clip();
  draw();
  context.restore();
}

export function stroke(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Text that can be read on top of lines. */
export function haloText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  halo: string,
): void {
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
