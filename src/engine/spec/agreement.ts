// What a way to compute was found to do with the network that all of them are compared by: how far it is from the 64-bit reference, and how long a
// training step takes. Plain data.

/** The passes of a training step, in their order. */
export const agreementParts = ['forward', 'gradient', 'update'] as const;
export type AgreementPart = (typeof agreementParts)[number];

/** The largest difference from the reference, relative to the largest number of its kind; null = it is no number. */
export interface Difference {
  readonly worst: number | null;
  readonly allowed: number;
}

export type Agreement = Readonly<Record<AgreementPart, Difference>>;

export const agrees = ({ worst, allowed }: Difference): boolean => worst !== null && worst <= allowed;

/** Of the step that is timed: minGRU. */
export const timedStep = { layers: 3, width: 64, length: 256, batch: 8, median: 30 } as const;
