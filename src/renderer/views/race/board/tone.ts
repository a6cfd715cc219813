// The colour of a displayed difference. Pure.

/** `gain` in units of the last displayed digit; a displayed difference of zero has no colour. */
export function toneOf(gain: number, noise: boolean | null): string {
  if (noise === true) return 'noise';
  return Math.round(gain) === 0 ? '' : gain > 0 ? 'better' : 'worse';
}
