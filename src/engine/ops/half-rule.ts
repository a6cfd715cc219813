// Which results of an op tolerate 16-bit storage (11 significant bits, at most 65504): the rules that records refer to. Read by the plan of
// a device that stores activations this way; gradients never are. Independent of devices and ops.

/**
 * `half`: rounding costs a relative error of 2^-11 and no more. `single`: it must stay float32. `as-inputs`: moved or added up, so float32 as soon
 * as one of the inputs must be.
 */
export type Keeping = 'half' | 'single' | 'as-inputs';

export interface HalfRule {
  /** One for all outputs, or one for each. */
  readonly outputs: Keeping | readonly Keeping[];
  /** Inputs that must not be rounded either. */
  readonly needs?: readonly number[];
  /** Why something must stay float32; absent if nothing must. */
  readonly reason?: string;
}

/** One rule for all attributes, or a rule by attributes. */
export type HalfRuleOf<A> = HalfRule | ((attrs: A) => HalfRule);

export const half: HalfRule = { outputs: 'half' };
export const moved: HalfRule = { outputs: 'as-inputs' };
export const gradient: HalfRule = {
  outputs: 'single',
  reason: 'a gradient: without loss scaling most would be too small for 16 bits',
};
export const small: HalfRule = { outputs: 'single', reason: 'few numbers, each of weight for many others' };
export const changed: HalfRule = { outputs: 'single', reason: 'changes a variable, and variables are float32' };
export const logarithm: HalfRule = {
  outputs: 'single',
  reason: 'a logarithm: what is rounded off as an absolute error comes back from exp as a relative one',
};
export const runningSum = (reason: string): HalfRule => ({ outputs: 'single', needs: [0], reason });
export const scores: HalfRule = {
  outputs: 'single',
  needs: [0],
  reason: 'scores of a loss: they decide it directly, and their gradient takes their place in memory',
};
export const statistics = (count: number): HalfRule => ({
  outputs: ['half', ...Array.from({ length: count }, (): Keeping => 'single')],
  reason: 'mean and deviation of a row scale all of it',
});
