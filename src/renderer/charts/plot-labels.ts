// Labels at the ends of lines, as marks: in the gutter at the right with leaders, or within the plot for lines that end early. Pure.
import { pushApart } from '../../engine/spec/label-layout.ts';
import { label, type Mark, type Spot } from '../../engine/spec/scene.ts';
import { insideX, type Geometry, type PlotView } from './plot-view.ts';
import { shortLabels } from './short-labels.ts';
import { labelWidth } from './text-width.ts';

/** Pixels from one name to the next. */
const LABEL_GAP = 13;
/** Labels whose points are nearer than this may cover each other. */
const LABEL_WIDTH = 90;

interface Name {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** How many labels fit below each other. */
export const labelRoom = (height: number): number => Math.max(1, Math.floor(height / LABEL_GAP) + 1);

const named = (at: Spot, words: string, { theme }: PlotView): Mark =>
  label(at, words, { size: 11, weight: 500, colour: theme.text, halo: theme.surface });

/** The label of each named line, or the note at its end. */
export function labelMarks(view: PlotView): readonly Mark[] {
  const { geometry } = view;
  const edge = geometry.left + (geometry.right - geometry.left) * 0.7;
  const all = view.model.lines.flatMap((line): Name[] => {
    if (line.tag === null || line.end === null || !insideX(geometry, line.end)) return [];
    const y = Math.min(Math.max(geometry.y(line.end.y), geometry.top), geometry.bottom);
    return [{ text: view.notes.endNote(line) ?? line.tag, x: geometry.x(line.end.x), y }];
  });
  const within = apart(
    all.filter(({ x }) => x < edge),
    geometry,
  );
  const beyond = all.filter(({ x }) => x >= edge);
  return [...within.map(({ text, x, y }) => named([x + 9, y + 3.5], text, view)), ...gutterMarks(view, beyond)];
}

/** Labels within the plot: labels close to each other are moved apart, the others stay at their point. */
function apart(labels: readonly Name[], { top, bottom }: Geometry): readonly Name[] {
  const sorted = [...labels].sort((a, b) => a.x - b.x);
  const clusters: Name[][] = [];
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
function gutterMarks(view: PlotView, names: readonly Name[]): readonly Mark[] {
  const { geometry, theme } = view;
  const { right, top, bottom, width } = geometry;
  const shown = names.slice(0, labelRoom(bottom - top));
  const heights = shown.map(({ y }) => y);
  const placed = pushApart(heights, LABEL_GAP, top, bottom);
  const texts = shown.map(({ text }) => text);
  const words = shortLabels(texts, width - right - 18, labelWidth);
  return shown.flatMap((name, index) => {
    const y = placed[index] ?? name.y;
    const leader: readonly Spot[] = [
      [name.x + 5, name.y],
      [right + 4, name.y],
      [right + 13, y],
    ];
    return [
      { kind: 'line', stretches: [leader], pen: { colour: theme.leader, dash: [1, 2] } },
      named([right + 16, y + 3.5], words[index] ?? name.text, view),
    ];
  });
}
