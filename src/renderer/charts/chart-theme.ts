// The design tokens a canvas needs, read from the document when the theme changes. Independent of charts.
import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue';
import { colourParts } from '../identity/identity.ts';
import { mixColours } from './colour-mix.ts';

export interface ChartTheme {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly axis: string;
  readonly leader: string;
  readonly surface: string;
  readonly shade: string;
  readonly bad: string;
  readonly warn: string;
  readonly disturbed: string;
  readonly fontWords: string;
  readonly fontNumbers: string;
  readonly lineWidth: number;
  readonly rawWidth: number;
  readonly rawOpacity: number;
  readonly bandOpacity: number;
  /** A look's colour in this theme, hexadecimal. */
  readonly colourOf: (colour: string) => string;
}

/** `#1b6fc2` or `#fff` with an opacity 0..1; any other notation is returned unchanged. */
export function withOpacity(colour: string, opacity: number): string {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour.trim())?.[1];
  if (hex === undefined) return colour;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  const parts = [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
  return `rgba(${parts.join(', ')}, ${opacity})`;
}

/** Cached, since it is needed for every line of every chart. */
function coloursBy(token: (name: string) => string): ChartTheme['colourOf'] {
  const known = new Map<string, string>();
  return (colour) => {
    const { from, to, share } = colourParts(colour);
    const found = known.get(colour) ?? mixColours(token(from), token(to), share);
    known.set(colour, found);
    return found;
  };
}

export function readChartTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const number = (name: string, fallback: number): number => Number.parseFloat(token(name)) || fallback;
  return {
    text: token('--text'),
    faint: token('--text-3'),
    grid: token('--line-soft'),
    axis: token('--axis'),
    leader: token('--line-strong'),
    surface: token('--surface'),
    shade: token('--hover'),
    bad: token('--bad'),
    warn: token('--warn'),
    disturbed: token('--warn-soft'),
    fontWords: token('--font-ui'),
    fontNumbers: token('--font-num'),
    lineWidth: number('--line-w', 1.75),
    rawWidth: number('--line-w-raw', 1),
    rawOpacity: number('--raw-opacity', 0.28),
    bandOpacity: number('--band-opacity', 0.13),
    colourOf: coloursBy(token),
  };
}

/** The theme of the document, read again whenever `data-theme` changes. */
export function useChartTheme(): Readonly<ShallowRef<ChartTheme>> {
  const root = document.documentElement;
  const theme = shallowRef(readChartTheme(root));
  const observer = new MutationObserver(() => (theme.value = readChartTheme(root)));
  onMounted(() => {
    theme.value = readChartTheme(root);
    observer.observe(root, { attributes: true, attributeFilter: ['data-theme'] });
  });
  onBeforeUnmount(() => observer.disconnect());
  return theme;
}
