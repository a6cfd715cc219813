// Marks as SVG, for files: well-formed XML whatever the text, and only widely supported SVG features. Independent of charts.
import { markerPath } from './look.ts';
import { hatching, walkCurve, type BarMark, type Mark, type Pen, type Spot, type TextMark } from './scene.ts';

const number = (value: number): string => String(Math.round(value * 100) / 100);
const place = ([x, y]: Spot): string => `${number(x)} ${number(y)}`;

const letters: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text of XML; control characters, which XML does not have, become spaces. */
export const xmlText = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"]/g, (letter) => letters[letter] ?? letter);

const hex = (digits: string): number => Number.parseInt(digits, 16) / 255;

/** A colour as an attribute, with its transparency as a second one: many readers of SVG know neither `#rrggbbaa` nor `rgba(…)`. */
function paint(what: 'fill' | 'stroke', colour: string, opacity = 1): string {
  const [, solid = colour, alpha] = /^(#[0-9a-f]{6})([0-9a-f]{2})$/i.exec(colour.trim()) ?? [];
  const [, parts, share] = /^rgba\(([\d., ]+),\s*([\d.]+)\)$/.exec(colour.trim()) ?? [];
  const plain = parts === undefined ? solid : `rgb(${parts})`;
  const seen = opacity * (share === undefined ? (alpha === undefined ? 1 : hex(alpha)) : Number(share));
  return `${what}="${xmlText(plain)}"${seen === 1 ? '' : ` ${what}-opacity="${Number(seen.toFixed(3))}"`}`;
}

function stroked({ colour, width, dash = [] }: Pen, joined = false): string {
  const wide = width === undefined ? '' : ` stroke-width="${width}"`;
  const round = joined ? ' stroke-linejoin="round"' : '';
  return `${paint('stroke', colour)}${wide}${round}${dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`}`;
}

const path = (d: string, look: string): string => `<path d="${d}" ${look}/>`;

function barOf(bar: BarMark): string {
  const { x, y, width, height, fill, pen } = bar;
  const box = `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
  const edge = pen === undefined ? '' : ` ${stroked({ ...pen, width: pen.width ?? 0.5 })}`;
  if (fill !== null) return `${box} ${paint('fill', fill)}${edge}/>`;
  const strokes = hatching(bar).map(([from, to]) => `M${place(from)}L${place(to)}`);
  return `${box} fill="none"${edge}/>${pen === undefined ? '' : path(strokes.join(''), stroked(pen))}`;
}

function pointOf(mark: Mark & { readonly kind: 'point' }): string {
  const { at, marker, radius, fill, opacity, pen } = mark;
  const look = `${paint('fill', fill, opacity)}${pen === undefined ? '' : ` ${stroked(pen)}`}`;
  return path(markerPath(marker, radius), `transform="translate(${place(at)})" ${look}`);
}

function textOf({ at: [x, y], words, anchor, size, weight, colour, halo, fonts }: TextMark): string {
  const around = halo === undefined ? '' : ` paint-order="stroke" ${stroked({ colour: halo, width: 3 }, true)}`;
  const family = fonts === undefined ? '' : ` font-family="${xmlText(fonts)}"`;
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}"${family} font-size="${size}" font-weight="${weight}" ${paint('fill', colour)}${around}>${xmlText(words)}</text>`;
}

function curveOf(mark: Mark & { readonly kind: 'curve' }): string {
  const steps: string[] = [];
  walkCurve(
    mark,
    (x, y) => steps.push(`M${place([x, y])}`),
    (x, y) => steps.push(`L${place([x, y])}`),
  );
  return path(steps.join(''), `fill="none" ${stroked(mark.pen, true)}`);
}

/** The name of a clip says its box, so equal names mean the same wherever pictures are put together. */
function groupOf({ at, marks, clip }: Mark & { readonly kind: 'group' }): string {
  const inside = marksAsSvg(marks);
  const moved = at[0] === 0 && at[1] === 0 ? '' : ` transform="translate(${place(at)})"`;
  if (clip === undefined) return `<g${moved}>${inside}</g>`;
  const box = [clip.x, clip.y, clip.width, clip.height].map(number);
  const id = `clip_${box.join('_')}`;
  const [x, y, width, height] = box;
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`;
  return `<g${moved}><clipPath id="${id}">${rect}</clipPath><g clip-path="url(#${id})">${inside}</g></g>`;
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
      return path(`M${mark.outline.map(place).join('L')}Z`, paint('fill', mark.fill, mark.opacity));
    case 'bar':
      return barOf(mark);
    case 'point':
      return pointOf(mark);
    case 'text':
      return textOf(mark);
    case 'curve':
      return curveOf(mark);
    case 'group':
      return groupOf(mark);
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
