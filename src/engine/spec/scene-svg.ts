// Marks as SVG, for files: well-formed XML whatever the text, and only widely supported SVG features. Independent of charts.
import { markerPath } from './look.ts';
import { hatching, type BarMark, type Mark, type Pen, type Spot, type TextMark } from './scene.ts';

const number = (value: number): string => String(Math.round(value * 100) / 100);
const place = ([x, y]: Spot): string => `${number(x)} ${number(y)}`;

const letters: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text of XML; control characters, which XML does not have, become spaces. */
export const xmlText = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"]/g, (letter) => letters[letter] ?? letter);

function stroked({ colour, width, dash = [] }: Pen, joined = false): string {
  const wide = width === undefined ? '' : ` stroke-width="${width}"`;
  const round = joined ? ' stroke-linejoin="round"' : '';
  return `stroke="${xmlText(colour)}"${wide}${round}${dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`}`;
}

const path = (d: string, paint: string): string => `<path d="${d}" ${paint}/>`;

function barOf(bar: BarMark): string {
  const { x, y, width, height, fill, pen } = bar;
  const box = `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
  const edge = pen === undefined ? '' : ` ${stroked({ ...pen, width: pen.width ?? 0.5 })}`;
  if (fill !== null) return `${box} fill="${xmlText(fill)}"${edge}/>`;
  const strokes = hatching(bar).map(([from, to]) => `M${place(from)}L${place(to)}`);
  return `${box} fill="none"${edge}/>${pen === undefined ? '' : path(strokes.join(''), stroked(pen))}`;
}

function pointOf(mark: Mark & { readonly kind: 'point' }): string {
  const { at, marker, radius, fill, opacity, pen } = mark;
  const seen = opacity === undefined ? '' : ` fill-opacity="${opacity}"`;
  const paint = `fill="${xmlText(fill)}"${seen}${pen === undefined ? '' : ` ${stroked(pen)}`}`;
  return path(markerPath(marker, radius), `transform="translate(${place(at)})" ${paint}`);
}

function textOf({ at: [x, y], words, anchor, size, weight, colour, halo }: TextMark): string {
  const around =
    halo === undefined
      ? ''
      : ` paint-order="stroke" stroke="${xmlText(halo)}" stroke-width="3" stroke-linejoin="round"`;
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" fill="${xmlText(colour)}"${around}>${xmlText(words)}</text>`;
}

function written(mark: Mark): string {
  switch (mark.kind) {
    case 'rule':
      return path(`M${place(mark.from)}L${place(mark.to)}`, `fill="none" ${stroked(mark.pen)}`);
    case 'line': {
      const d = mark.stretches.map((spots) => (spots.length === 0 ? '' : `M${spots.map(place).join('L')}`)).join('');
      return path(d, `fill="none" ${stroked(mark.pen, true)}`);
    }
    case 'area':
      return path(
        `M${mark.outline.map(place).join('L')}Z`,
        `fill="${xmlText(mark.fill)}" fill-opacity="${mark.opacity}"`,
      );
    case 'bar':
      return barOf(mark);
    case 'point':
      return pointOf(mark);
    case 'text':
      return textOf(mark);
    case 'group':
      return `<g transform="translate(${place(mark.at)})">${marksAsSvg(mark.marks)}</g>`;
  }
}

/** The content of an `svg` element, with fonts if the surrounding element does not set them. */
export function marksAsSvg(marks: readonly Mark[], fonts?: string): string {
  const all = marks.map(written).join('');
  return fonts === undefined ? all : `<g font-family="${xmlText(fonts)}">${all}</g>`;
}

/** A standalone picture with a background. */
export function svgFile(
  marks: readonly Mark[],
  page: {
    readonly width: number;
    readonly height: number;
    readonly ground: string;
    readonly fonts: string;
    readonly title: string;
  },
): string {
  const { width, height, ground, fonts, title } = page;
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${xmlText(fonts)}">`;
  const all: readonly Mark[] = [{ kind: 'bar', x: 0, y: 0, width, height, fill: ground }, ...marks];
  return `${head}<title>${xmlText(title)}</title>${marksAsSvg(all)}</svg>`;
}
