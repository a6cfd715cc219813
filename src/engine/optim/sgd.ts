// Gradient descent with momentum, as torch: buf = momentum buf + g + wd p; p -= lr buf.
import { sgd as sgdOp } from '../ops/functional.ts';
import { readSlot, type OptimiserDef } from './optimiser.ts';

export const sgd: OptimiserDef = {
  kind: 'sgd',
  title: 'SGD',
  slots: ['momentum'],
  update(builder, { weight, gradient, factor, hyper }, { momentum, weightDecay }) {
    const tensors = {
      p: builder.read(weight),
      momentum: readSlot(builder, 'momentum', weight),
      g: gradient,
      factor,
      hyper,
    };
    sgdOp(builder, tensors, { momentum, weightDecay: weight.decay ? weightDecay : 0 });
  },
  hyper(into, learningRate) {
    into.fill(0);
    into[0] = learningRate;
  },
};
