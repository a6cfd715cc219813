// Draws the lines of a chart: in one pass over the canvas, with one path per line and one path for the whole crowd. Works on a
// canvas and pixel functions; independent of Vue and Chart.js, whose own lines take quadratic time.
import { withOpacity, type ChartTheme } from './chart-theme.ts';
import type { PlotLine, PlotModel, XY } from './plot-model.ts';

interface LineScene {
  readonly context: CanvasRenderingContext2D;
  readonly geometry: { readonly x: (value: number) => number; readonly y: (value: number) => number };
  readonly theme: ChartTheme;
}

interface Pen {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

const DENSE = 5;
/** Opacity of unnamed lines among many. */
const FAINT = 0.55;

/** Draws the crowd first; then raw lines, lines from worst to best, and selected lines on top. */
export function drawLines(scene: LineScene, { lines, coloured }: Pick<PlotModel, 'lines' | 'coloured'>): void {
  const { theme } = scene;
  drawCrowd(
    scene,
    lines.filter(({ prominent }) => !prominent),
    coloured,
  );
  const shown = lines.filter(({ prominent }) => prominent).toReversed();
  for (const { raw, look, strong } of shown) {
    if (!strong) continue;
    const colour = withOpacity(theme.colourOf(look.colour), theme.rawOpacity);
    strokeAll(scene, [raw], { colour, width: theme.rawWidth, dash: [] });
  }
  const rank = ({ strong, selected }: PlotLine): number => Number(strong) + Number(selected);
  for (const line of shown.sort((a, b) => rank(a) - rank(b))) {
    const colour = theme.colourOf(line.look.colour);
    const { dash } = line.look;
    if (line.strong) strokeAll(scene, [line.line], { colour, width: theme.lineWidth + (line.selected ? 1 : 0), dash });
    else strokeAll(scene, [line.line], { colour: withOpacity(colour, FAINT), width: theme.rawWidth, dash });
  }
}

/** Overlapping thin lines darken each other, so more lines are drawn fainter, and a crowd shows its density. */
function drawCrowd(scene: LineScene, crowd: readonly PlotLine[], coloured: boolean): void {
  const { theme } = scene;
  const opacity = theme.rawOpacity * Math.min(1, DENSE / Math.sqrt(Math.max(1, crowd.length)));
  const colourOf = ({ look }: PlotLine): string => (coloured ? theme.colourOf(look.colour) : theme.faint);
  for (const [colour, lines] of Map.groupBy(crowd, colourOf)) {
    strokeAll(
      scene,
      lines.map(({ line }) => line),
      { colour: withOpacity(colour, opacity), width: theme.rawWidth, dash: [] },
    );
  }
}

/** Points that are not finite interrupt a line. */
function strokeAll({ context, geometry }: LineScene, paths: readonly (readonly XY[])[], pen: Pen): void {
  context.strokeStyle = pen.colour;
  context.lineWidth = pen.width;
  context.lineJoin = 'round';
  context.setLineDash([...pen.dash]);
  context.beginPath();
  for (const path of paths) {
    let started = false;
    for (const { x, y } of path) {
      const finite = Number.isFinite(x) && Number.isFinite(y);
      if (finite && started) context.lineTo(geometry.x(x), geometry.y(y));
      else if (finite) context.moveTo(geometry.x(x), geometry.y(y));
      started = finite;
    }
  }
  context.stroke();
  context.setLineDash([]);
}
