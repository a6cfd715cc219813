// How a run is drawn by its place in the cycle of identities: colour, dash and marker. The same in charts, tables, pictures and exports.
// Independent of themes: a colour is the name of a token.
import { IDENTITIES, IDENTITY_COLOURS, IDENTITY_DASHES } from './identities.ts';

/** Solid, and three dashes that can be distinguished in a swatch. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [1.5, 3], [7, 3, 1.5, 3]];

export const markers = ['circle', 'square', 'triangle', 'diamond', 'down', 'ring', 'plus', 'bar'] as const;
export type Marker = (typeof markers)[number];

/** How a line is drawn. */
export interface Look {
  /** Name of the CSS custom property that holds the colour in the current theme: `--run-3`; or two of them and a share, see `orderedColour`. */
  readonly colour: string;
  /** Line dash in CSS pixels, empty = solid. */
  readonly dash: readonly number[];
  readonly marker: Marker;
}

/**
 * Colours cycle with period 8; with each cycle the dash advances and a colour gets another marker, so that the first 32 can be told apart
 * without dashes too; then the same with other markers, 256 in all.
 */
export function identityOf(index: number): Look {
  const place = ((Math.trunc(index) % IDENTITIES) + IDENTITIES) % IDENTITIES;
  const cycle = Math.floor(place / IDENTITY_COLOURS);
  return {
    colour: `--run-${(place % IDENTITY_COLOURS) + 1}`,
    dash: dashes[cycle % IDENTITY_DASHES] ?? [],
    marker: markers[(place + cycle + Math.floor(cycle / IDENTITY_DASHES)) % markers.length] ?? 'circle',
  };
}

/** SVG path of a marker centred on 0, 0 with radius `r`; areas are balanced visually. */
export function markerPath(marker: Marker, r: number): string {
  switch (marker) {
    case 'square':
      return `M${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`;
    case 'triangle':
      return `M0 ${-r * 1.25}L${r * 1.2} ${r * 0.9}H${-r * 1.2}z`;
    case 'down':
      return `M0 ${r * 1.25}L${r * 1.2} ${-r * 0.9}H${-r * 1.2}z`;
    case 'diamond':
      return `M0 ${-r * 1.35}L${r * 1.35} 0 0 ${r * 1.35} ${-r * 1.35} 0z`;
    case 'plus':
      return `M${-r * 0.4} ${-r * 1.3}h${r * 0.8}v${r * 0.9}h${r * 0.9}v${r * 0.8}h${-r * 0.9}v${r * 0.9}h${-r * 0.8}v${-r * 0.9}h${-r * 0.9}v${-r * 0.8}h${r * 0.9}z`;
    case 'bar':
      return `M${-r * 0.5} ${-r * 1.3}h${r}v${r * 2.6}h${-r}z`;
    case 'circle':
    case 'ring':
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }
}
