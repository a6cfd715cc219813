// Pictures as text: the parts of every drawing of the command line, in the colours of the window's light theme. Independent of metrics and runs.

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

const letters: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text of XML; control characters, which XML does not have, become spaces. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"]/g, (letter) => letters[letter] ?? '');

export const number = (value: number): string => String(Math.round(value * 100) / 100);

interface TextLook {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
}

export const text = (
  x: number,
  y: number,
  words: string,
  { anchor = 'start', size = 11, weight = 400, colour = theme.text }: TextLook = {},
): string =>
  `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(words)}</text>`;

export const rule = (x1: number, y1: number, x2: number, y2: number, colour: string, dash = ''): string =>
  `<path d="M${number(x1)} ${number(y1)}L${number(x2)} ${number(y2)}" fill="none" stroke="${colour}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;

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

/** A whole picture: title and unit above, the line that says where it comes from below. */
export function sheet(title: string, unit: string, source: string, inside: string, height: number): string {
  const [wide, high] = [width + 2 * margin, height + 66];
  const size = `width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${family}"><title>${escaped(title)}</title>`,
    `<rect width="${wide}" height="${high}" fill="${theme.surface}"/>`,
    text(margin, margin + 12, unit === '' ? title : `${title} (${unit})`, { size: 13, weight: 600 }),
    `<g transform="translate(${margin} ${margin + 24})">${inside}</g>`,
    text(margin, high - 12, source, { size: 10, colour: theme.faint }),
    '</svg>',
  ].join('');
}
