// The part of a canvas that charts draw with, recorded as SVG: one source for the screen, for vector pictures and for their PNGs.
// Texts are measured by a real canvas. Independent of charts.

import { xmlText } from '../../engine/spec/scene-svg.ts';

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface State {
  readonly matrix: Matrix;
  readonly clip: string | null;
  readonly style: Style;
}

const firstStyle = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineCap: 'butt',
  lineJoin: 'miter',
  lineDashOffset: 0,
  font: '10px sans-serif',
  textAlign: 'start',
  textBaseline: 'alphabetic',
  globalAlpha: 1,
};
type Style = typeof firstStyle;

/** A path that records its SVG form while it is built. */
export class WrittenPath extends Path2D {
  readonly written: string;
  constructor(written: string) {
    super(written);
    this.written = written;
  }
}

const number = (value: number): string => String(Math.round(value * 100) / 100);
const anchors: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' };
const baselines: Readonly<Record<string, string>> = {
  middle: 'central',
  top: 'hanging',
  hanging: 'hanging',
  bottom: 'ideographic',
};

/** `600 13px Sans` as attributes, since the content policy of a page may forbid inline styles. */
export function fontAttributes(font: string): string {
  const [, weight = '400', size = '10', family = 'sans-serif'] =
    /^(?:normal )*(?:(\d{3}|bold|normal) )?([\d.]+)px(?:\/\S+)? (.+)$/.exec(font) ?? [];
  return `font-weight="${weight}" font-size="${size}" font-family="${xmlText(family)}"`;
}

let ids = 0;

export class SvgContext {
  /** Charts get the canvas from the context and the context from the canvas. */
  readonly canvas: { width: number; height: number; readonly style: object; getContext: () => SvgContext };
  readonly #parts: string[] = [];
  readonly #measure = document.createElement('canvas').getContext('2d');
  #states: State[] = [];
  #matrix: Matrix = [1, 0, 0, 1, 0, 0];
  #clip: string | null = null;
  #path = '';
  #dash: readonly number[] = [];

  fillStyle = firstStyle.fillStyle;
  strokeStyle = firstStyle.strokeStyle;
  lineWidth = firstStyle.lineWidth;
  lineCap = firstStyle.lineCap;
  lineJoin = firstStyle.lineJoin;
  lineDashOffset = firstStyle.lineDashOffset;
  font = firstStyle.font;
  textAlign = firstStyle.textAlign;
  textBaseline = firstStyle.textBaseline;
  globalAlpha = firstStyle.globalAlpha;

  constructor(width: number, height: number) {
    this.canvas = { width, height, style: {}, getContext: () => this };
  }

  /** Everything drawn so far, to be put into an `svg` element of this size. */
  get content(): string {
    return this.#parts.join('');
  }

  /** The same object, typed as a canvas context. */
  get asCanvas(): CanvasRenderingContext2D {
    return this as unknown as CanvasRenderingContext2D;
  }

  save(): void {
    const style = Object.fromEntries(Object.keys(firstStyle).map((name) => [name, this[name as keyof Style]]));
    this.#states.push({ matrix: this.#matrix, clip: this.#clip, style: style as Style });
  }

  restore(): void {
    const state = this.#states.pop();
    if (state === undefined) return;
    this.#matrix = state.matrix;
    this.#clip = state.clip;
    Object.assign(this, state.style);
  }

  translate(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#matrix = [a, b, c, d, a * x + c * y + e, b * x + d * y + f];
  }

  scale(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#matrix = [a * x, b * x, c * y, d * y, e, f];
  }

  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.#matrix = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.#matrix = [a, b, c, d, e, f];
  }

  resetTransform(): void {
    this.#matrix = [1, 0, 0, 1, 0, 0];
  }

  beginPath(): void {
    this.#path = '';
  }

  closePath(): void {
    this.#path += 'Z';
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${number(x)} ${number(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === '' ? 'M' : 'L'}${number(x)} ${number(y)}`;
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path += `M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`;
  }

  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const point = (angle: number): string =>
      `${number(x + radius * Math.cos(angle))} ${number(y + radius * Math.sin(angle))}`;
    if (Math.abs(to - from) >= 2 * Math.PI) {
      const half = `a${number(radius)} ${number(radius)} 0 1 0`;
      this.#path += `M${number(x - radius)} ${number(y)}${half} ${number(2 * radius)} 0${half} ${number(-2 * radius)} 0`;
      return;
    }
    const large = Math.abs(to - from) > Math.PI ? 1 : 0;
    this.#path += `${this.#path === '' ? 'M' : 'L'}${point(from)}A${number(radius)} ${number(radius)} 0 ${large} 1 ${point(to)}`;
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = dash;
  }

  getLineDash(): readonly number[] {
    return this.#dash;
  }

  clip(): void {
    const id = `clip${++ids}`;
    const inside = this.#clip === null ? '' : ` clip-path="url(#${this.#clip})"`;
    this.#parts.push(`<clipPath id="${id}"${inside}><path d="${this.#path}"${this.#place()}/></clipPath>`);
    this.#clip = id;
  }

  fill(path?: WrittenPath | string): void {
    const d = path instanceof WrittenPath ? path.written : this.#path;
    this.#add('path', `d="${d}" fill="${xmlText(this.fillStyle)}"`);
  }

  stroke(path?: WrittenPath): void {
    this.#add('path', `d="${path?.written ?? this.#path}" fill="none"${this.#strokeStyle()}`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#add('rect', `${box(x, y, width, height)} fill="${xmlText(this.fillStyle)}"`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#add('rect', `${box(x, y, width, height)} fill="none"${this.#strokeStyle()}`);
  }

  /** Charts clear the canvas before anything is drawn. */
  clearRect(): void {
    this.#path = '';
  }

  fillText(text: string, x: number, y: number, most?: number): void {
    this.#text(text, x, y, `fill="${xmlText(this.fillStyle)}"`, most);
  }

  strokeText(text: string, x: number, y: number, most?: number): void {
    this.#text(text, x, y, `fill="none"${this.#strokeStyle()}`, most);
  }

  measureText(text: string): Pick<TextMetrics, 'width' | 'actualBoundingBoxAscent' | 'actualBoundingBoxDescent'> {
    if (this.#measure === null)
      return { width: 6 * text.length, actualBoundingBoxAscent: 8, actualBoundingBoxDescent: 2 };
    this.#measure.font = this.font;
    return this.#measure.measureText(text);
  }

  #text(text: string, x: number, y: number, paint: string, most?: number): void {
    const anchor = anchors[this.textAlign] ?? 'start';
    const baseline = baselines[this.textBaseline];
    const width = most === undefined ? 0 : this.measureText(text).width;
    const fit =
      most !== undefined && width > most ? ` textLength="${number(most)}" lengthAdjust="spacingAndGlyphs"` : '';
    const line = baseline === undefined ? '' : ` dominant-baseline="${baseline}"`;
    const place = `x="${number(x)}" y="${number(y)}" text-anchor="${anchor}"${line}${fit} ${fontAttributes(this.font)}`;
    this.#add('text', `${place} ${paint}`, xmlText(text));
  }

  #strokeStyle(): string {
    const dash = this.#dash.length === 0 ? '' : ` stroke-dasharray="${this.#dash.join(' ')}"`;
    return ` stroke="${xmlText(this.strokeStyle)}" stroke-width="${number(this.lineWidth)}" stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"${dash}`;
  }

  #place(): string {
    const [a, b, c, d, e, f] = this.#matrix;
    if (a === 1 && b === 0 && c === 0 && d === 1 && e === 0 && f === 0) return '';
    return ` transform="matrix(${[a, b, c, d, e, f].map(number).join(' ')})"`;
  }

  #add(tag: string, attributes: string, inner = ''): void {
    const alpha = this.globalAlpha === 1 ? '' : ` opacity="${this.globalAlpha}"`;
    const element = `<${tag} ${attributes}${alpha}${this.#place()}>${inner}</${tag}>`;
    this.#parts.push(this.#clip === null ? element : `<g clip-path="url(#${this.#clip})">${element}</g>`);
  }
}

const box = (x: number, y: number, width: number, height: number): string =>
  `x="${number(x)}" y="${number(y)}" width="${number(Math.max(0, width))}" height="${number(Math.max(0, height))}"`;
