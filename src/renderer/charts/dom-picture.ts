// Turns an `svg` of the page into a standalone picture: copies its elements with their computed styles. For plots that are drawn as SVG on
// the screen. Independent of plots.
import { xmlText } from '../../engine/spec/scene-svg.ts';

const copied = ['d', 'x', 'y', 'dx', 'dy', 'cx', 'cy', 'r', 'rx', 'width', 'height', 'transform', 'text-anchor'];
const looks = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
];
/** Elements that belong to the picture; titles and pointer targets do not. */
const drawn = new Set(['g', 'path', 'circle', 'rect', 'text', 'tspan', 'line']);

let pen: CanvasRenderingContext2D | null = null;

/** A colour that every SVG reader supports: `oklab(…)` and `color-mix(…)` work only in browsers. */
function plainColour(colour: string): string {
  if (!/^(oklab|oklch|color|lab|lch)\(/.test(colour)) return colour;
  pen ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (pen === null) return colour;
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

const isNothing = (paint: string): boolean =>
  paint === 'none' || paint === 'transparent' || paint === 'rgba(0, 0, 0, 0)';

function written(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return xmlText((node.textContent ?? '').trim());
  if (!(node instanceof SVGElement) || !drawn.has(node.nodeName)) return '';
  const style = getComputedStyle(node);
  const isShape = node.nodeName !== 'g' && node.nodeName !== 'tspan';
  if (style.display === 'none' || style.visibility === 'hidden') return '';
  if (isShape && isNothing(style.fill) && isNothing(style.stroke)) return '';
  const attributes = copied.flatMap((name) => {
    const value = node.getAttribute(name);
    return value === null ? [] : [`${name}="${xmlText(value)}"`];
  });
  const own = looks.map((name) => `${name}="${xmlText(plainColour(style.getPropertyValue(name)))}"`);
  const inner = [...node.childNodes].map(written).join('');
  return `<${node.nodeName} ${[...attributes, ...own].join(' ')}>${inner}</${node.nodeName}>`;
}

/** The content of the element, in its size on the screen. */
export function domPicture(svg: SVGSVGElement): {
  readonly width: number;
  readonly height: number;
  readonly content: string;
} {
  const { width, height } = svg.getBoundingClientRect();
  return { width, height, content: [...svg.childNodes].map(written).join('') };
}
