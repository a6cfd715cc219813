// Placement of the texts of marks in a picture: next to their mark, without overlap, and away from the lines if possible. Pixels only.
import type { XY } from '../../../engine/spec/scene.ts';

export interface PlacedMark<M> {
  readonly mark: M;
  readonly x: number;
  readonly y: number;
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'end';
}

export interface MarkEdges {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

interface Place {
  readonly anchor: 'start' | 'end';
  readonly labelX: number;
  /** Baseline of the text. */
  readonly labelY: number;
  readonly from: number;
  readonly to: number;
}

/** To the right or left of a mark: below it, above it, further below, at the foot of its rule. */
const places = [22, -10, 36, Infinity].flatMap((below) => [
  { below, anchor: 'start' as const },
  { below, anchor: 'end' as const },
]);
const LETTER = 6.4;
const WORD_GAP = 8;
const LINE_HEIGHT = 13;
const AIR = 2;
/** Samples along a line segment, tested for overlap with text. */
const SAMPLES = 12;

function placesOf(x: number, y: number, label: string, { bottom }: MarkEdges): readonly Place[] {
  const width = label.length * LETTER;
  return places.map(({ below, anchor }) => {
    const labelX = anchor === 'start' ? x + 7 : x - 7;
    const from = anchor === 'start' ? labelX : labelX - width;
    return { anchor, labelX, labelY: Math.min(y + below, bottom - 6), from, to: from + width };
  });
}

const apart = (one: Place, other: Place): boolean =>
  one.to + WORD_GAP < other.from ||
  one.from > other.to + WORD_GAP ||
  Math.abs(one.labelY - other.labelY) >= LINE_HEIGHT;

/** Number of line samples covered by text. */
function covered({ from, to, labelY }: Place, lines: readonly (readonly XY[])[]): number {
  const under = (x: number, y: number): boolean =>
    x > from - AIR && x < to + AIR && y > labelY - LINE_HEIGHT + AIR && y < labelY + 2 * AIR;
  const along = (a: XY, b: XY): number =>
    Array.from({ length: SAMPLES }, (_, i) => i / (SAMPLES - 1)).filter((share) =>
      under(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)),
    ).length;
  return lines
    .flatMap((line) => line.slice(1).map((point, i) => along(line[i] ?? point, point)))
    .reduce((sum, one) => sum + one, 0);
}

/** Marks from left to right, each with the text position that covers least. `lines` and `at` in pixels. */
export function placeMarks<M extends XY & { readonly label: string }>(
  marks: readonly M[],
  lines: readonly (readonly XY[])[],
  at: (mark: XY) => XY,
  edges: MarkEdges,
): readonly PlacedMark<M>[] {
  const taken: Place[] = [];
  return [...marks]
    .sort((a, b) => a.x - b.x)
    .flatMap((mark) => {
      const { x, y } = at(mark);
      const all = placesOf(x, y, mark.label, edges);
      const inside = all.filter(({ from, to }) => from >= edges.left && to <= edges.right + WORD_GAP);
      const free = inside.filter((place) => taken.every((other) => apart(place, other)));
      const least = Math.min(...free.map((place) => covered(place, lines)));
      const best = free.find((place) => covered(place, lines) === least) ?? all[0];
      if (best === undefined) return [];
      taken.push(best);
      const { labelX, labelY, anchor } = best;
      return [{ mark, x, y, labelX, labelY, anchor }];
    });
}
