// Cases of sgd, including a step with non-finite gradients.
import { given, normal, hyper, updateShapes, type OpCase } from '../cases.ts';

export function sgdCases(): OpCase<'sgd'>[] {
  const made = updateShapes.flatMap((shape) =>
    [1, 0.25].map((pace) => ({
      name: `sgd [${shape.join(', ')}]${pace === 1 ? '' : ' pace'}`,
      attrs: { momentum: 0.9, weightDecay: 0.01, ...(pace === 1 ? {} : { pace }) },
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
