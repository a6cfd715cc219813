// The families of models, in the order in which they are listed: what the state is decides what a model can remember and how it is computed.

export const families = ['attention', 'matrix', 'elementwise', 'structured', 'convolution', 'nonlinear'] as const;

export type Family = (typeof families)[number];
