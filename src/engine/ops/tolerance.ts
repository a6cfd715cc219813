// How far a float32 device may be from the float64 reference: the tolerances that records name, each with its reason. Never loosened to make a
// test pass.

export interface Tolerance {
  /** Relative to the larger of the element and the largest element of its tensor. */
  readonly relative: number;
  readonly reason: string;
}

export const exact: Tolerance = { relative: 0, reason: 'moves or counts numbers, computes none' };
export const rounding: Tolerance = { relative: 3e-7, reason: 'one or two roundings of 6e-8' };
export const transcendental: Tolerance = {
  relative: 1e-6,
  reason: 'polynomials of a few ulp (1.2e-7), cancellation within gelu and g',
};
export const sums: Tolerance = { relative: 3e-6, reason: 'sums of up to a few hundred products in float32' };
export const scans: Tolerance = {
  relative: 3e-6,
  reason: 'rounding carried through a contracting recurrence, gates of a few ulp',
};
export const deepRecurrence: Tolerance = {
  relative: 1e-5,
  reason: 'a matrix product at every step: rounding grows with the norm of the recurrent matrix over T',
};
export const logSpace: Tolerance = {
  relative: 1e-5,
  reason:
    'a running logarithm kept to half an ulp at each of up to 1,000 steps, errors of earlier ones fading as it grows: 6e-8 x sqrt(1000) x 5',
};

export const stored: Tolerance = {
  relative: 1e-3,
  reason: 'one rounding to 11 bits, whichever way the adapter rounds (2^-10)',
};
export const quotients: Tolerance = {
  relative: 5e-3,
  reason: 'the gradient of a divisor adds up quotients with 11 bits, which may cancel',
};
export const storedSteps: Tolerance = {
  relative: 5e-3,
  reason: 'states and gates with 11 bits, read back at every step: errors of all steps that have not decayed add up',
};
