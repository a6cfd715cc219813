// The lines of a chart as marks: one for each line, and one for the whole crowd. Pure; independent of Vue and Chart.js, whose own lines
// take quadratic time.
import type { Mark, Pen, XY } from '../../engine/spec/scene.ts';
import { withOpacity } from './chart-theme.ts';
import type { PlotLine } from './plot-model.ts';
import type { PlotView } from './plot-view.ts';

const DENSE = 5;
/** Opacity of unnamed lines among many. */
const FAINT = 0.55;

const curve = ({ geometry: { axes } }: PlotView, traces: readonly (readonly XY[])[], pen: Pen): Mark => ({
  kind: 'curve',
  traces,
  ...axes,
  pen,
});

/** The crowd first; then raw lines, lines from worst to best, and selected lines on top. */
export function lineMarks(view: PlotView): readonly Mark[] {
  const { model, theme } = view;
  const shown = model.lines.filter((line) => line.prominent).toReversed();
  const raw = shown.flatMap((line) => {
    const colour = withOpacity(theme.colourOf(line.look.colour), theme.rawOpacity);
    return line.strong ? [curve(view, [line.raw], { colour, width: theme.rawWidth })] : [];
  });
  const rank = ({ strong, selected }: PlotLine): number => Number(strong) + Number(selected);
  const lines = shown
    .sort((a, b) => rank(a) - rank(b))
    .map((line) => {
      const colour = theme.colourOf(line.look.colour);
      const { dash } = line.look;
      const strong = { colour, width: theme.lineWidth + (line.selected ? 1 : 0), dash };
      const faint = { colour: withOpacity(colour, FAINT), width: theme.rawWidth, dash };
      return curve(view, [line.line], line.strong ? strong : faint);
    });
  return [...crowdMarks(view), ...raw, ...lines];
}

/** Overlapping thin lines darken each other, so more lines are drawn fainter, and a crowd shows its density. */
function crowdMarks(view: PlotView): readonly Mark[] {
  const { model, theme } = view;
  const crowd = model.lines.filter((line) => !line.prominent);
  const opacity = theme.rawOpacity * Math.min(1, DENSE / Math.sqrt(Math.max(1, crowd.length)));
  const colourOf = ({ look }: PlotLine): string => (model.coloured ? theme.colourOf(look.colour) : theme.faint);
  return [...Map.groupBy(crowd, colourOf)].map(([colour, lines]) =>
    curve(
      view,
      lines.map(({ line }) => line),
      { colour: withOpacity(colour, opacity), width: theme.rawWidth },
    ),
  );
}
