// Perceptual mixing of two colours in OKLab, as `color-mix(in oklab, ...)` does in a style sheet: canvases and picture files need
// the mixed colour itself. Pure.

type Triple = readonly [number, number, number];

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const gamma = (part: number): number => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);

function rgbOf(hex: string): Triple | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(hex.trim())?.[1];
  if (digits === undefined) return null;
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const part = (at: number): number => Number.parseInt(full.slice(at, at + 2), 16) / 255;
  return [part(0), part(2), part(4)];
}

/** Lightness 0..1 and two axes of hue; null if it is not a hexadecimal colour. */
export function oklabOf(hex: string): Triple | null {
  const rgb = rgbOf(hex);
  if (rgb === null) return null;
  const [r, g, b] = [linear(rgb[0]), linear(rgb[1]), linear(rgb[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function hexOf([lightness, a, b]: Triple): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const parts = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const byte = (part: number): string =>
    Math.round(255 * Math.min(1, Math.max(0, gamma(Math.max(0, part)))))
      .toString(16)
      .padStart(2, '0');
  return `#${parts.map(byte).join('')}`;
}

/** `share` of `to` in `from`, both hexadecimal; `from` itself if one of them is not. */
export function mixColours(from: string, to: string, share: number): string {
  const [a, b] = [oklabOf(from), oklabOf(to)];
  if (a === null || b === null || share === 0) return from;
  const at = (part: 0 | 1 | 2): number => a[part] + (b[part] - a[part]) * share;
  return hexOf([at(0), at(1), at(2)]);
}
