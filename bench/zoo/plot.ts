// How many times as fast as PyTorch each model is: a dot a model on a logarithmic axis, one column of the picture a shape. Pure.
import { label, rule, type Mark } from '../../src/engine/spec/scene.ts';
import { svgFile } from '../../src/engine/spec/scene-svg.ts';

export interface Gain {
  readonly group: string;
  readonly name: string;
  readonly gain: number | null;
}

const left = 120;
const column = 240;
const gap = 24;
const head = 56;
const lineHeight = 18;
const ticks = [0.5, 1, 2, 5, 10, 20];
const [low, high] = [Math.log(0.4), Math.log(30)];

const placeOf = (value: number): number =>
  ((Math.min(high, Math.max(low, Math.log(value))) - low) / (high - low)) * column;

const black = { colour: '#000000' };
const grey = { colour: '#6a6f78' };

function columnAt(
  x: number,
  title: string,
  gains: ReadonlyMap<string, number>,
  names: readonly string[],
): readonly Mark[] {
  const bottom = head + names.length * lineHeight;
  const [first = '', ...rest] = title.split(', ');
  const axis = ticks.flatMap((tick) => [
    rule([x + placeOf(tick), head - 8], [x + placeOf(tick), bottom], { colour: tick === 1 ? '#9aa0a8' : '#e2e5ea' }),
    label([x + placeOf(tick), bottom + 14], `${tick}×`, { anchor: 'middle', ...grey }),
  ]);
  const dots = names.flatMap((name, i): readonly Mark[] => {
    const gain = gains.get(name);
    if (gain === undefined) return [];
    const at = [x + placeOf(gain), head + i * lineHeight + 4] as const;
    return [
      rule([x + placeOf(1), at[1]], at, { colour: '#b9cdf3', width: 3 }),
      { kind: 'point', at, marker: 'circle', radius: 4, fill: gain >= 1 ? '#2f6fde' : '#c2410c' },
    ];
  });
  return [label([x, 18], first, { weight: 600, ...black }), label([x, 34], rest.join(', '), grey), ...axis, ...dots];
}

/** Every shape beside the others, every model on its line. */
export function plotOf(all: readonly Gain[]): string {
  const shown = all.flatMap(({ gain, ...rest }) => (gain === null ? [] : [{ ...rest, gain }]));
  const names = [...new Set(shown.map(({ name }) => name))];
  const groups = [...Map.groupBy(shown, ({ group }) => group)];
  const marks = [
    ...names.map((name, i) => label([left - 10, head + i * lineHeight + 8], name, { anchor: 'end', ...black })),
    ...groups.flatMap(([title, members], i) =>
      columnAt(left + i * (column + gap), title, new Map(members.map(({ name, gain }) => [name, gain])), names),
    ),
  ];
  const size = {
    width: left + Math.max(1, groups.length) * (column + gap),
    height: head + names.length * lineHeight + 28,
  };
  const title = 'Times as fast as the better PyTorch form';
  return `${svgFile(marks, { ...size, ground: '#ffffff', fonts: 'system-ui, sans-serif', title })}\n`;
}
