// Cases of sgd, including a step with non-finite gradients.
import { given, normal, hyper, updateShapes, type OpCase } from '../cases.ts';

export function sgdCases(): OpCase<'sgd'>[] {
  const made = updateShapes.flatMap((shape) =>
    [1, 0.25].map((rate) => ({
      name: `sgd [${shape.join(', ')}]${rate === 1 ? '' : ' rate'}`,
      attrs: { momentum: 0.9, weightDecay: 0.01, ...(rate === 1 ? {} : { rate }) },
      inputs: [normal(...shape), normal(...shape), normal(...shape), given([0.5], []), hyper],
    })),
  );
  const broken = {
    name: 'sgd with a factor that is not finite',
    attrs: { momentum: 0.9, weightDecay: 0 },
    inputs: [normal(7), normal(7), normal(7), given([Infinity], []), hyper],
  };
  return [...made, broken];
}
