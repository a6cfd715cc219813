// What all parts of a chart's picture share: where things are, the lines, the theme. Pure; independent of Vue and Chart.js.
import { rule, type Axis, type Mark, type XY } from '../../engine/spec/scene.ts';
import type { ChartTheme } from './chart-theme.ts';
import type { PlotLine, PlotModel } from './plot-model.ts';

export interface Geometry {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  readonly axes: { readonly x: Axis; readonly y: Axis };
  /** Values of the ticks. */
  readonly ticks: { readonly x: readonly number[]; readonly y: readonly number[] };
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

export interface PlotPicture {
  readonly model: PlotModel;
  readonly theme: ChartTheme;
  readonly notes: PlotNotes;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** Only whole positions make sense on x, since there is no half step. */
  readonly wholeX: boolean;
}

/** A picture in its place. */
export interface PlotView extends PlotPicture {
  readonly geometry: Geometry;
}

/** Distinguished lines, selected ones last. */
export const prominent = ({ model }: PlotView): readonly PlotLine[] =>
  model.lines.filter((line) => line.prominent).sort((a, b) => Number(a.selected) - Number(b.selected));

/** Whether a point is between the left and the right edge. */
export const insideX = (geometry: Geometry, { x }: XY): boolean => {
  const pixel = geometry.x(x);
  return pixel >= geometry.left - 1 && pixel <= geometry.right + 1;
};

/** The marks as far as they lie inside the plot area. */
export const clipped = ({ geometry: { left, right, top, bottom } }: PlotView, marks: readonly Mark[]): Mark => ({
  kind: 'group',
  at: [0, 0],
  marks,
  clip: { x: left, y: top - 4, width: right - left, height: bottom - top + 4 },
});

/** An upright stroke. */
export const upright = (x: number, from: number, to: number, colour: string, width: number): Mark =>
  rule([x, from], [x, to], { colour, width });
