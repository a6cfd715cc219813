// Cases of ops that write variables, and of the norm that clips their gradients. None has a gradient.
import { given, normal, positive, type OpCase } from './cases.ts';

const hyper = given([0.01, 0.1, 0.001, 0]);
const shapes = [[1], [7], [3, 5], [130, 3]];

function adamCases(): OpCase<'adam'>[] {
  const settings = [
    { weightDecay: 0.1, decoupled: true },
    { weightDecay: 0.1, decoupled: false },
    { weightDecay: 0, decoupled: true },
  ];
  const made = shapes.flatMap((shape) =>
    settings.map(({ weightDecay, decoupled }) => ({
      name: `adam [${shape.join(', ')}] decay ${weightDecay}${decoupled ? ' decoupled' : ''}`,
      attrs: { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay, decoupled },
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

function sgdCases(): OpCase<'sgd'>[] {
  const made = shapes.map((shape) => ({
    name: `sgd [${shape.join(', ')}]`,
    attrs: { momentum: 0.9, weightDecay: 0.01 },
    inputs: [normal(...shape), normal(...shape), normal(...shape), given([0.5], []), hyper],
  }));
  const broken = {
    name: 'sgd with a factor that is not finite',
    attrs: { momentum: 0.9, weightDecay: 0 },
    inputs: [normal(7), normal(7), normal(7), given([Infinity], []), hyper],
  };
  return [...made, broken];
}

export const updateCases = {
  assign: shapes.map((shape): OpCase<'assign'> => ({
    name: `assign [${shape.join(', ')}]`,
    attrs: {},
    inputs: [normal(...shape), normal(...shape)],
  })),
  accumulate: shapes.map((shape): OpCase<'accumulate'> => ({
    name: `accumulate [${shape.join(', ')}]`,
    attrs: {},
    inputs: [normal(...shape), normal(...shape), given([0.25], [])],
  })),
  globalNorm: [
    { name: 'globalNorm clips', attrs: { max: 1 }, inputs: [normal(3, 5), normal(7), normal(257)] },
    { name: 'globalNorm leaves short ones', attrs: { max: 1e4 }, inputs: [normal(3, 5)] },
    { name: 'globalNorm without a limit', attrs: { max: 0 }, inputs: [normal(1), normal(2)] },
    { name: 'globalNorm of a broken gradient', attrs: { max: 0 }, inputs: [normal(5), given([1, NaN, 2])] },
    { name: 'globalNorm of an infinite gradient', attrs: { max: 1 }, inputs: [given([1, Infinity, 2])] },
  ] satisfies OpCase<'globalNorm'>[],
  adam: adamCases(),
  sgd: sgdCases(),
};
