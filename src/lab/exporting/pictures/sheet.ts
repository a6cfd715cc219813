// The common parts of pictures drawn without a window: the colours of the light theme, text measures, and the sheet around a picture. Independent of
// metrics and runs.
import { rule as ruleBetween, type Mark, type Spot, type TextMark } from '../../../engine/spec/scene.ts';
import { svgFile } from '../../../engine/spec/scene-svg.ts';

/** The light theme of the window; a test compares it with the window's own. */
export const theme = {
  text: '#16181d',
  faint: '#6b717b',
  grid: 'rgba(22, 24, 29, 0.065)',
  axis: 'rgba(22, 24, 29, 0.34)',
  leader: 'rgba(22, 24, 29, 0.22)',
  surface: '#ffffff',
  warn: '#8a5a00',
  memory: ['#33414f', '#5b6d7d', '#8b9aa7', '#b7c2cb', '#dde3e8'],
  memoryWarm: '#d6bf86',
  runs: ['#1b6fc2', '#e2580c', '#006446', '#a0438c', '#775010', '#3f9ad4', '#969440', '#23262b'],
  lineWidth: 1.75,
  bandOpacity: 0.13,
} as const;

const family = "system-ui, 'Segoe UI', Roboto, sans-serif";

/** The colour behind `--run-3`. */
export const colourOf = (name: string): string => theme.runs[Number(name.replace('--run-', '')) - 1] ?? theme.text;

export const text = (
  x: number,
  y: number,
  words: string,
  look: Partial<Pick<TextMark, 'anchor' | 'size' | 'weight' | 'colour'>> = {},
): Mark => ({ kind: 'text', at: [x, y], words, anchor: 'start', size: 11, weight: 400, colour: theme.text, ...look });

export const rule = (from: Spot, to: Spot, colour: string, dash: readonly number[] = []): Mark =>
  ruleBetween(from, to, { colour, dash });

/** Average width of letters of 11 pixels, used without a font to measure. */
export const widthOf = (words: string): number => 6 * [...words].length;

/** As much of a name as fits, with an ellipsis. */
export function fitted(words: string, width: number): string {
  const all = [...words];
  const most = Math.max(1, Math.floor(width / 6));
  return all.length <= most ? words : `${all.slice(0, most - 1).join('')}…`;
}

/** Three digits, with k, M or G where that is shorter. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  for (const [factor, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    if (size >= factor) return `${Number((value / (letter === 'k' ? 1e3 : factor)).toPrecision(3))}${letter}`;
  }
  if (value !== 0 && size < 1e-3) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(3)));
}

export const margin = 16;
export const width = 720;

/** A complete picture: title and unit above, a source line below. */
export function sheet(title: string, unit: string, source: string, inside: readonly Mark[], height: number): string {
  const [wide, high] = [width + 2 * margin, height + 66];
  const marks: readonly Mark[] = [
    text(margin, margin + 12, unit === '' ? title : `${title} (${unit})`, { size: 13, weight: 600 }),
    { kind: 'group', at: [margin, margin + 24], marks: inside },
    text(margin, high - 12, source, { size: 10, colour: theme.faint }),
  ];
  return svgFile(marks, { width: wide, height: high, ground: theme.surface, fonts: family, title });
}
