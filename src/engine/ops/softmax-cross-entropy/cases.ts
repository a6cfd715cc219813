// Cases of softmaxCrossEntropy: including large logits and batches without a valid row.
import { given, givenIntegers, normal, targets, type OpCase } from '../cases.ts';

export function softmaxCrossEntropyCases(): OpCase<'softmaxCrossEntropy'>[] {
  const shapes = [
    [1, 2],
    [6, 5],
    [2, 65, 17],
    [9, 65],
  ];
  const settings = [
    { labelSmoothing: 0, reduction: 'mean' },
    { labelSmoothing: 0.1, reduction: 'mean' },
    { labelSmoothing: 0, reduction: 'sum' },
  ] as const;
  const regular = shapes.flatMap((shape) =>
    settings.map((attrs) => ({
      name: `softmaxCrossEntropy [${shape.join(', ')}] ${attrs.reduction} ${attrs.labelSmoothing}`,
      attrs,
      inputs: [normal(...shape), targets(shape[shape.length - 1], ...shape.slice(0, -1))],
      differentiable: [0],
    })),
  );
  const large = {
    name: 'softmaxCrossEntropy of large logits',
    attrs: settings[0],
    inputs: [given([300, -300, 0, 80, 90, -1e4], [2, 3]), givenIntegers(0, 1)],
    differentiable: [0],
  };
  const none = {
    name: 'softmaxCrossEntropy without a valid row',
    attrs: settings[0],
    inputs: [normal(2, 3), givenIntegers(-1, -1)],
    differentiable: [0],
  };
  return [...regular, large, none];
}
