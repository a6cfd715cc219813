// How far gradients, whole models and golden runs may be from the float64 reference, each with its reason; ops say it in their records
// (ops/tolerance.ts). Never loosened to make a test pass.

/** With activations stored in 16 bits, for whole models over up to 65 steps, relative to the largest element: several roundings to 11 bits one after the other. */
export const halfModelTolerance = 4e-3;

/**
 * Float64 gradients against central differences of step 1e-5: truncation (1e-10 times the third derivative) plus
 * cancellation (1e-16 / 1e-5), with room for strongly curved functions.
 */
export const centralDifferenceTolerance = 2e-7;

/**
 * Golden vectors hold 9 significant digits: up to 5e-9 of an element is their own rounding. The log-space scan in float32 has the bound of
 * log-scan-error.ts instead; cells with a recurrent matrix have that of sensitivity.ts.
 */
export const goldenTolerance = { f64: 1e-8, f32: 1e-5 } as const;

/**
 * Golden runs of ten steps. For a float64 device only the nine digits of the file matter. In float32 a gradient passes some 60 roundings
 * of 6e-8 on its way, 4e-6 of what flowed back; ten steps add that up. It scales with the largest gradient of the network, not with a small
 * tensor in which terms cancel: errors of weights, and of each optimiser slot, are relative to the largest of that kind.
 */
export const goldenRunTolerance = { f64: 1e-8, f32: 5e-5 } as const;
