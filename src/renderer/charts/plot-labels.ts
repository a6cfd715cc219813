// Labels at the ends of lines: in the gutter at the right with leaders, or within the plot for lines that end early. Works on a canvas
// and pixel functions.
import { pushApart } from '../../engine/spec/label-layout.ts';
import { shortLabels } from './short-labels.ts';
import { haloText, insideX, type Geometry, type Scene } from './plot-scene.ts';

/** Pixels from one name to the next. */
const LABEL_GAP = 13;
/** Labels whose points are nearer than this may cover each other. */
const LABEL_WIDTH = 90;

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** How many labels fit below each other. */
export const labelRoom = (height: number): number => Math.max(1, Math.floor(height / LABEL_GAP) + 1);

/** The label of each named line, or the note at its end. */
export function drawLabels(scene: Scene): void {
  const { context, geometry, theme } = scene;
  context.font = `500 11px ${theme.fontWords}`;
  context.textAlign = 'left';
  const edge = geometry.left + (geometry.right - geometry.left) * 0.7;
  const all = scene.model.lines.flatMap((line): Label[] => {
    if (line.tag === null || line.end === null || !insideX(geometry, line.end)) return [];
    const y = Math.min(Math.max(geometry.y(line.end.y), geometry.top), geometry.bottom);
    return [{ text: scene.notes.endNote(line) ?? line.tag, x: geometry.x(line.end.x), y }];
  });
  for (const label of apart(
    all.filter(({ x }) => x < edge),
    geometry,
  )) {
    haloText(context, label.text, label.x + 9, label.y + 3.5, theme.text, theme.surface);
  }
  drawGutter(
    scene,
    all.filter(({ x }) => x >= edge),
  );
}

/** Labels within the plot: labels close to each other are moved apart, the others stay at their point. */
function apart(labels: readonly Label[], { top, bottom }: Geometry): readonly Label[] {
  const sorted = [...labels].sort((a, b) => a.x - b.x);
  const clusters: Label[][] = [];
  for (const label of sorted) {
    const cluster = clusters.at(-1);
    if (cluster !== undefined && label.x - (cluster[0]?.x ?? 0) < LABEL_WIDTH) cluster.push(label);
    else clusters.push([label]);
  }
  return clusters.flatMap((cluster) => {
    const heights = cluster.map(({ y }) => y);
    const placed = pushApart(heights, LABEL_GAP, top, bottom);
    return cluster.map((label, index) => ({ ...label, y: placed[index] ?? label.y }));
  });
}

/** As many labels as fit, moved apart, each with a dotted leader from its line. */
function drawGutter({ context, geometry, theme }: Scene, labels: readonly Label[]): void {
  const shown = labels.slice(0, labelRoom(geometry.bottom - geometry.top));
  const placed = pushApart(
    shown.map(({ y }) => y),
    LABEL_GAP,
    geometry.top,
    geometry.bottom,
  );
  const words = shortLabels(
    shown.map(({ text }) => text),
    geometry.width - geometry.right - 18,
    (text) => context.measureText(text).width,
  );
  shown.forEach((label, index) => {
    const y = placed[index] ?? label.y;
    context.strokeStyle = theme.leader;
    context.lineWidth = 1;
    context.setLineDash([1, 2]);
    context.beginPath();
    context.moveTo(label.x + 5, label.y);
    context.lineTo(geometry.right + 4, label.y);
    context.lineTo(geometry.right + 13, y);
    context.stroke();
    context.setLineDash([]);
    haloText(context, words[index] ?? label.text, geometry.right + 16, y + 3.5, theme.text, theme.surface);
  });
}
