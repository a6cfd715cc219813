// Milliseconds a symbol against context, a line a model, both axes logarithmic; lines that rise are named at their end. Pure.
import { label, rule, type Mark, type Spot } from '../../src/engine/spec/scene.ts';
import { svgFile } from '../../src/engine/spec/scene-svg.ts';

interface Point {
  readonly name: string;
  readonly context: number;
  readonly median: number;
}

const box = { left: 64, right: 640, top: 24, bottom: 380 } as const;
const size = { width: 880, height: 420 } as const;
const colours = ['#2f6fde', '#c2410c', '#0f766e', '#7c3aed', '#b45309', '#be185d', '#475569', '#15803d'];
const lineHeight = 13;

const decades = (values: readonly number[]): readonly [number, number] => [
  Math.floor(Math.log10(Math.min(...values))),
  Math.ceil(Math.log10(Math.max(...values))),
];

function axes(points: readonly Point[]): { readonly at: (point: Point) => Spot; readonly marks: readonly Mark[] } {
  const contexts = [...new Set(points.map(({ context }) => context))].toSorted((a, b) => a - b);
  const [first = 1, last = 2] = [contexts[0], contexts.at(-1)];
  const [low, high] = decades(points.map(({ median }) => median));
  const x = (context: number): number =>
    box.left + (Math.log(context / first) / Math.max(1e-9, Math.log(last / first))) * (box.right - box.left);
  const y = (ms: number): number =>
    box.bottom - ((Math.log10(ms) - low) / Math.max(1, high - low)) * (box.bottom - box.top);
  const grey = { colour: '#6a6f78' };
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const marks = [
    ...ticks.flatMap((ms) => [
      rule([box.left, y(ms)], [box.right, y(ms)], { colour: '#e2e5ea' }),
      label([box.left - 8, y(ms) + 4], `${ms} ms`, { anchor: 'end', ...grey }),
    ]),
    ...contexts.map((context) =>
      label([x(context), box.bottom + 18], context.toLocaleString('en'), { anchor: 'middle', ...grey }),
    ),
    label([(box.left + box.right) / 2, box.bottom + 34], 'symbols of context', { anchor: 'middle', ...grey }),
  ];
  return { at: ({ context, median }) => [x(context), y(median)], marks };
}

/** Names beside the ends of lines, from top to bottom without overlap. */
function named(
  ends: readonly { readonly name: string; readonly end: Spot; readonly colour: string }[],
): readonly Mark[] {
  let free = box.top;
  return ends
    .toSorted((a, b) => a.end[1] - b.end[1])
    .map(({ name, end, colour }) => {
      const y = Math.max(free, end[1] + 4);
      free = y + lineHeight;
      return label([box.right + 10, y], name, { colour, size: 11 });
    });
}

export function generatePlot(points: readonly Point[]): string {
  const { at, marks } = axes(points);
  const lines = [...Map.groupBy(points, ({ name }) => name)].map(([name, members], i) => {
    const spots = members.toSorted((a, b) => a.context - b.context).map(at);
    const colour = colours[i % colours.length] ?? '#000000';
    return { name, spots, colour, end: spots.at(-1) ?? ([box.right, box.bottom] as const) };
  });
  const drawn = lines.map(({ spots, colour }): Mark => ({
    kind: 'line',
    stretches: [spots],
    pen: { colour, width: 1.5 },
  }));
  const title = 'Milliseconds a symbol against context';
  return `${svgFile([...marks, ...drawn, ...named(lines)], { ...size, ground: '#ffffff', fonts: 'system-ui, sans-serif', title })}\n`;
}
