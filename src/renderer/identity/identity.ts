// How a line is drawn: colour, dash and marker, from a run's position in the cycle or from the value of a setting. The only place that uses
// cycle and scale, so that charts, tables, tooltips and exports agree. Independent of runs and the DOM.
export { dashes, identityOf, markerPath, markers, type Look, type Marker } from '../../engine/spec/look.ts';

const STEPS = 5;

/** Colour at a place of the ordered scale, 0 = lowest value, 1 = highest: a step of it, or a mixture of two neighbours. */
export function orderedColour(place: number): string {
  const at = Math.min(Math.max(place, 0), 1) * (STEPS - 1);
  const below = Math.floor(at);
  const share = at - below;
  return share < 1e-9 ? `--ord-${below + 1}` : `--ord-${below + 1} --ord-${below + 2} ${share}`;
}

/** The parts of a colour's name: one property, or two and how much of the second. */
export function colourParts(colour: string): { readonly from: string; readonly to: string; readonly share: number } {
  const [from = '', to = from, share = '0'] = colour.split(' ');
  return { from, to, share: Number(share) };
}

/** A colour for a style sheet. */
export function cssColour(colour: string): string {
  const { from, to, share } = colourParts(colour);
  if (share === 0) return `var(${from})`;
  return `color-mix(in oklab, var(${from}) ${100 * (1 - share)}%, var(${to}))`;
}
