// Cases of adam, including a step with non-finite gradients.
import { given, normal, positive, hyper, updateShapes, type OpCase } from '../cases.ts';

export function adamCases(): OpCase<'adam'>[] {
  const settings = [
    { weightDecay: 0.1, decoupled: true },
    { weightDecay: 0.1, decoupled: false },
    { weightDecay: 0, decoupled: true },
    { weightDecay: 0.1, decoupled: true, pace: 0.25 },
  ];
  const made = updateShapes.flatMap((shape) =>
    settings.map((own) => ({
      name: `adam [${shape.join(', ')}] decay ${own.weightDecay}${own.decoupled ? ' decoupled' : ''}${'pace' in own ? ' pace' : ''}`,
      attrs: { beta1: 0.9, beta2: 0.999, eps: 1e-8, ...own },
      inputs: [normal(...shape), normal(...shape), positive(...shape), normal(...shape), given([0.5], []), hyper],
    })),
  );
  const broken = {
    name: 'adam with a factor that is not finite',
    attrs: { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1, decoupled: true },
    inputs: [normal(7), normal(7), positive(7), normal(7), given([NaN], []), hyper],
  };
  return [...made, broken];
}
