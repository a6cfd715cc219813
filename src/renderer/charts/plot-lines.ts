// Draws the lines of a chart: all of them in one pass over the canvas, a path each, those of a crowd in one path together. Works on a
// canvas and pixel functions; knows neither Vue nor Chart.js, whose own lines cost time by the square of their number.
import { identityOf } from '../identity/identity.ts';
import { withOpacity, type ChartTheme } from './chart-theme.ts';
import type { PlotLine, XY } from './plot-model.ts';

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

/** The crowd first, thin and grey; then raw lines, lines, and selected lines above all. */
export function drawLines(scene: LineScene, lines: readonly PlotLine[]): void {
  const { theme } = scene;
  const crowd = lines.filter(({ prominent }) => !prominent);
  const shown = lines.filter(({ prominent }) => prominent);
  // Thin lines darken where they lie above each other: the more there are, the fainter each, so that the crowd shows its density.
  const opacity = theme.rawOpacity * Math.min(1, DENSE / Math.sqrt(Math.max(1, crowd.length)));
  const grey = { colour: withOpacity(theme.faint, opacity), width: theme.rawWidth, dash: [] };
  strokeAll(
    scene,
    crowd.map(({ line }) => line),
    grey,
  );
  for (const { raw, identity } of shown) {
    const colour = withOpacity(theme.runColour(identity), theme.rawOpacity);
    strokeAll(scene, [raw], { colour, width: theme.rawWidth, dash: [] });
  }
  for (const selected of [false, true]) {
    for (const line of shown) {
      if (line.selected !== selected) continue;
      const { dash } = identityOf(line.identity);
      const width = theme.lineWidth + (selected ? 1 : 0);
      strokeAll(scene, [line.line], { colour: theme.runColour(line.identity), width, dash });
    }
  }
}

/** Points that are not finite part a line. */
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
