// How an op is computed for a part of the batch: the rules that records refer to. Read by the planner of the slab schedule; independent of
// devices and ops.
import type { TensorType } from '../core/tensor.ts';
import type { Fate, Role, SampleRule, SplitQuestion } from '../plan/slab/sample-rule.ts';

export const P: Role = 'samples';
export const W: Role = 'shared';
export const S: Fate = 'samples';
export const D: Fate = 'sum';

/** The same roles whatever the attributes. Inputs beyond the list are optional initial states: pieces, like their gradients. */
export const always =
  (inputs: readonly Role[], outputs: readonly Fate[]): SampleRule<object> =>
  (question) => ({
    inputs: question.inputs.map((_, i) => inputs[i] ?? P),
    outputs: question.outputs.map((_, i) => outputs[i] ?? S),
  });

export const piecewise = always([], []);

/** As `always`, for cells that multiply by a matrix each time step: one sample at a time, the matrix would be read again for each. */
export const recurrent =
  (inputs: readonly Role[], outputs: readonly Fate[]): SampleRule<object> =>
  (question) => {
    const split = always(inputs, outputs)(question, {});
    return split && { ...split, together: true };
  };

/** An op on an axis after the first: pieces stay pieces. */
export const along =
  <A extends { readonly axis: number }>(): SampleRule<A> =>
  (question, { axis }) =>
    axis > 0 ? piecewise(question, {}) : null;

/** Extents [first, …] for a piece, where `first` counts whole samples of the batch. */
export function pieceOf(shape: readonly number[], { batch, part }: SplitQuestion): readonly number[] | null {
  const [first = 0, ...rest] = shape;
  return first % batch === 0 && first > 0 ? [(first / batch) * part, ...rest] : null;
}

export const rank = (type: TensorType | undefined): number => type?.shape.length ?? 0;

/** Changes variables, so it runs only after everything is added up. */
export const never: SampleRule<object> = () => null;
