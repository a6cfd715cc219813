// Pictures for papers and slides: a chart in a frame with its title and unit, a legend and a source line; several as a board. A PNG is the
// same picture at twice the size. Independent of metrics and sessions.
import { label, swatch, type Mark, type Spot, type TextMark } from '../../engine/spec/scene.ts';
import { marksAsSvg, xmlText } from '../../engine/spec/scene-svg.ts';
import type { Look } from '../identity/identity.ts';
import type { ChartTheme } from './chart-theme.ts';
import { fittedTo, wordsWidth } from './text-width.ts';

/** A chart that its panel can draw. */
export interface ChartPicture {
  /** For the name of the file. */
  readonly chart: string;
  readonly title: string;
  readonly unit: string;
  readonly width: number;
  readonly height: number;
  /** The content of its `svg` element. */
  readonly content: string;
  readonly legend: readonly { readonly text: string; readonly look: Look }[];
}

const margin = 16;
const lineHeight = 18;
const head = 30;

interface Part {
  readonly height: number;
  readonly content: string;
}

const placed = (content: string, x: number, y: number, width: number, height: number): string =>
  `<svg x="${x}" y="${y}" width="${width}" height="${height}" overflow="visible">${content}</svg>`;

/** Swatches with names, in as many lines as they need. */
function legendOf(legend: ChartPicture['legend'], width: number, theme: ChartTheme): Part {
  if (legend.length === 0) return { height: 0, content: '' };
  let [x, y] = [0, 12];
  const marks = legend.flatMap(({ text, look }): readonly Mark[] => {
    const needs = 34 + wordsWidth(text) + 16;
    if (x > 0 && x + needs > width) [x, y] = [0, y + lineHeight];
    const at = x;
    x += needs;
    return [
      ...swatch(look, [at, y - 4], theme.colourOf(look.colour), theme.lineWidth, theme.surface),
      label([at + 34, y], fittedTo(text, width - at - 34), { size: 11, colour: theme.text }),
    ];
  });
  return { height: y + 8, content: marksAsSvg(marks, theme.fontWords) };
}

const text = (
  words: string,
  [x, y]: Spot,
  look: Pick<TextMark, 'size' | 'colour'> & Partial<Pick<TextMark, 'weight'>>,
  theme: ChartTheme,
): string => marksAsSvg([label([x, y], words, look)], theme.fontWords);

/** Title and unit above the chart. */
function framed({ title, unit, width, height, content }: ChartPicture, theme: ChartTheme): Part {
  const words = text(
    unit === '' ? title : `${title} (${unit})`,
    [0, 16],
    { size: 13, colour: theme.text, weight: 600 },
    theme,
  );
  return { height: head + height, content: `${words}${placed(content, 0, head, width, height)}` };
}

export interface Sheet {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

function sheetOf(parts: readonly Part[], width: number, heading: string, source: string, theme: ChartTheme): Sheet {
  let y = margin;
  let content = '';
  for (const part of parts) {
    if (part.height === 0) continue;
    content += placed(part.content, margin, y, width, part.height);
    y += part.height + 8;
  }
  content += text(source, [margin, y + 10], { size: 10, colour: theme.faint }, theme);
  const [wide, high] = [width + 2 * margin, y + 10 + margin];
  const background = `<rect width="${wide}" height="${high}" fill="${xmlText(theme.surface)}"/>`;
  const size = `width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"><title>${xmlText(heading)}</title>${background}${content}</svg>`;
  return { svg, width: wide, height: high };
}

/** A single chart. */
export function chartSheet(picture: ChartPicture, source: string, theme: ChartTheme): Sheet {
  const parts = [framed(picture, theme), legendOf(picture.legend, picture.width, theme)];
  return sheetOf(parts, picture.width, picture.title, source, theme);
}

/** All charts in two columns, with one legend for those that share it. */
export function boardSheet(pictures: readonly ChartPicture[], name: string, source: string, theme: ChartTheme): Sheet {
  const gap = 24;
  const column = Math.max(...pictures.map((one) => one.width));
  const width = 2 * column + gap;
  const parts: Part[] = [
    { height: 24, content: text(name, [0, 16], { size: 15, colour: theme.text, weight: 600 }, theme) },
  ];
  for (let at = 0; at < pictures.length; at += 2) {
    const row = pictures.slice(at, at + 2).map((one) => framed(one, theme));
    const height = Math.max(...row.map((one) => one.height));
    const content = row.map((one, i) => placed(one.content, i * (column + gap), 0, column, height)).join('');
    parts.push({ height, content });
  }
  const longest = pictures.map(({ legend }) => legend).reduce((a, b) => (b.length > a.length ? b : a), []);
  return sheetOf([...parts, legendOf(longest, width, theme)], width, name, source, theme);
}

/** Twice as many pixels as the picture has units. */
export async function rasterOf({ svg, width, height }: Sheet): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
