// A chart as marks, from below: axes, shade, bands and lines; guides, symbols and labels above. Pure; independent of Vue and Chart.js.
import { label, rule, type Mark } from '../../engine/spec/scene.ts';
import { labelMarks } from './plot-labels.ts';
import { lineMarks } from './plot-lines.ts';
import {
  bandMarks,
  changeMarks,
  disturbedLabel,
  disturbedMarks,
  endingMarks,
  gapMarks,
  symbolMarks,
} from './plot-marks.ts';
import { clipped, prominent, type PlotView } from './plot-view.ts';

/** Everything a chart shows. */
export const plotMarks = (view: PlotView): readonly Mark[] => [...axisMarks(view), ...behind(view), ...above(view)];

/** Halfway between two pixels, where a stroke of one pixel is sharp. */
const sharp = (pixel: number): number => Math.floor(pixel) + 0.5;

function axisMarks({ geometry, theme, formatX, formatY }: PlotView): readonly Mark[] {
  const { left, right, bottom, ticks } = geometry;
  const look = { size: 10, colour: theme.faint, fonts: theme.fontNumbers };
  const axis = { colour: theme.axis };
  return [
    ...ticks.y.flatMap((value) => {
      const y = geometry.y(value);
      return [
        rule([left, sharp(y)], [right, sharp(y)], { colour: theme.grid }),
        label([left - 6, y + 3.5], formatY(value), { ...look, anchor: 'end' }),
      ];
    }),
    rule([left, sharp(bottom)], [right, sharp(bottom)], axis),
    ...ticks.x.flatMap((value) => {
      const x = sharp(geometry.x(value));
      return [
        rule([x, bottom], [x, bottom + 4], axis),
        label([x, bottom + 15], formatX(value), { ...look, anchor: 'middle' }),
      ];
    }),
  ];
}

/** Inside the plot area: everything below the lines, and the lines. */
function behind(view: PlotView): readonly Mark[] {
  const bands = prominent(view).flatMap((line) => bandMarks(view, line));
  return [clipped(view, [...shade(view), ...disturbedMarks(view), ...bands, ...lineMarks(view)])];
}

/** Symbols on the lines, guides, labels. */
function above(view: PlotView): readonly Mark[] {
  const lines = prominent(view);
  return [
    ...guideMarks(view),
    ...shadeLabel(view),
    ...disturbedLabel(view),
    axisName(view),
    clipped(view, [
      ...lines.flatMap((line, at) => (line.strong ? symbolMarks(view, line, at) : [])),
      ...lines.flatMap((line) => gapMarks(view, line)),
      ...lines.flatMap((line) => changeMarks(view, line)),
    ]),
    ...lines.flatMap((line) => endingMarks(view, line)),
    ...labelMarks(view),
  ];
}

function shade({ geometry, notes, theme }: PlotView): readonly Mark[] {
  if (notes.shade === null) return [];
  const { left, top, right, bottom } = geometry;
  const width = Math.max(0, Math.min(geometry.x(notes.shade.to), right) - left);
  return [{ kind: 'bar', x: left, y: top, width, height: bottom - top, fill: theme.shade }];
}

function guideMarks({ geometry, notes, theme }: PlotView): readonly Mark[] {
  const { left, top, right, bottom } = geometry;
  return notes.guides.flatMap((guide) => {
    const y = geometry.y(guide.y);
    if (!(y >= top && y <= bottom)) return [];
    const look = { anchor: 'end', size: 10, colour: theme.faint, halo: theme.surface } as const;
    return [
      rule([left, y], [right, y], { colour: theme.axis, dash: [2, 3] }),
      label([right, y - 4], guide.label, look),
    ];
  });
}

function shadeLabel({ geometry, notes, theme }: PlotView): readonly Mark[] {
  if (notes.shade === null) return [];
  const right = geometry.x(notes.shade.to);
  if (right <= geometry.left + 1 || right > geometry.right) return [];
  const look = { size: 10, colour: theme.faint, halo: theme.surface };
  return [label([right + 4, geometry.top + 9], notes.shade.label, look)];
}

const axisName = ({ geometry, notes, theme }: PlotView): Mark =>
  label([geometry.right + 20, geometry.bottom + 15], notes.xName, { size: 10, colour: theme.faint });
