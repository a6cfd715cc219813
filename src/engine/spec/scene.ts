// The parts of every picture: marks in pixels with their colours, as plain data. Charts produce marks; `scene-svg.ts` writes them to files,
// `renderer/charts/scene-canvas.ts` draws them on the screen. Independent of charts, themes and documents.
import type { Look, Marker } from './look.ts';

export type Spot = readonly [x: number, y: number];

export interface Pen {
  readonly colour: string;
  readonly width?: number;
  /** Empty = solid. */
  readonly dash?: readonly number[];
}

export interface TextMark {
  readonly kind: 'text';
  readonly at: Spot;
  readonly words: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly size: number;
  readonly weight: number;
  readonly colour: string;
  /** Colour around the letters, so that they can be read above lines. */
  readonly halo?: string;
  /** Left out = those of the picture. */
  readonly fonts?: string;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a value lies on an axis, as data: pixel = from + (value - low) * perUnit, for the logarithms of both if `log`. */
export interface Axis {
  readonly log: boolean;
  /** Value at `from`, its logarithm if `log`. */
  readonly low: number;
  readonly from: number;
  readonly perUnit: number;
}

export interface XY {
  readonly x: number;
  readonly y: number;
}

export interface BarMark extends Box {
  readonly kind: 'bar';
  /** Null = hatched with the pen. */
  readonly fill: string | null;
  readonly pen?: Pen;
}

export type Mark =
  | { readonly kind: 'rule'; readonly from: Spot; readonly to: Spot; readonly pen: Pen }
  /** Segments of one line, separated by gaps. */
  | { readonly kind: 'line'; readonly stretches: readonly (readonly Spot[])[]; readonly pen: Pen }
  /** Lines of one pen in the values of two axes, interrupted where a value is not finite: nothing is copied for a line of many points. */
  | {
      readonly kind: 'curve';
      readonly traces: readonly (readonly XY[])[];
      readonly x: Axis;
      readonly y: Axis;
      readonly pen: Pen;
    }
  | { readonly kind: 'area'; readonly outline: readonly Spot[]; readonly fill: string; readonly opacity: number }
  | BarMark
  | {
      readonly kind: 'point';
      readonly at: Spot;
      readonly marker: Marker;
      readonly radius: number;
      readonly fill: string;
      readonly opacity?: number;
      readonly pen?: Pen;
    }
  | TextMark
  /** With `clip`, only what lies inside of it, which is given within the group. */
  | { readonly kind: 'group'; readonly at: Spot; readonly marks: readonly Mark[]; readonly clip?: Box };

export const pixelOn = ({ log, low, from, perUnit }: Axis, value: number): number =>
  from + ((log ? Math.log10(value) : value) - low) * perUnit;

/** The stretches of a curve's traces in pixels, as one list of steps: `move` begins a stretch. */
export function walkCurve(
  { traces, x, y }: Mark & { readonly kind: 'curve' },
  move: (x: number, y: number) => void,
  line: (x: number, y: number) => void,
): void {
  for (const trace of traces) {
    let started = false;
    for (const point of trace) {
      const finite = Number.isFinite(point.x) && Number.isFinite(point.y);
      if (finite) (started ? line : move)(pixelOn(x, point.x), pixelOn(y, point.y));
      started = finite;
    }
  }
}

/** Marks between two places, one after the other. */
export const rule = (from: Spot, to: Spot, pen: Pen): Mark => ({ kind: 'rule', from, to, pen });

export type Letters = Pick<TextMark, 'colour'> &
  Partial<Pick<TextMark, 'anchor' | 'size' | 'weight' | 'halo' | 'fonts'>>;

/** Words from a place on, in ordinary letters unless said otherwise. */
export const label = (at: Spot, words: string, look: Letters): Mark => ({
  kind: 'text',
  at,
  words,
  anchor: 'start',
  size: 12,
  weight: 400,
  ...look,
});

/** The mark of a look: rings are hollow, the others filled. */
export function pointOf(look: Pick<Look, 'marker'>, at: Spot, radius: number, colour: string, ground: string): Mark {
  const point = { kind: 'point', at, marker: look.marker, radius } as const;
  return look.marker === 'ring' ? { ...point, fill: ground, pen: { colour, width: 1.6 } } : { ...point, fill: colour };
}

/** A line as a legend shows it: a piece of it with its marker in the middle. */
export function swatch(look: Look, [x, y]: Spot, colour: string, width: number, ground: string): readonly Mark[] {
  return [
    rule([x, y], [x + 28, y], { colour, width, dash: look.dash }),
    pointOf(look, [x + 14, y], 3.2, colour, ground),
  ];
}

/** Between one stroke of a hatching and the next, in pixels. */
const hatchStep = 5;

/** The strokes of a hatched bar, cut off at its edges. */
export function hatching({ x, y, width, height }: BarMark): readonly (readonly [from: Spot, to: Spot])[] {
  const strokes: (readonly [Spot, Spot])[] = [];
  for (let at = x - height + hatchStep; at < x + width; at += hatchStep) {
    const before = Math.max(0, x - at);
    const beyond = Math.max(0, at + height - (x + width));
    strokes.push([
      [at + before, y + height - before],
      [at + height - beyond, y + beyond],
    ]);
  }
  return strokes;
}
