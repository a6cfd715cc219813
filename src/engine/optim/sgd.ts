// Gradient descent with momentum, as torch: buf = momentum buf + g + wd p; p -= lr buf.
import { sgd as sgdOp } from '../ops/functional.ts';
import { groupOf, readSlot, type OptimiserDef } from './optimiser.ts';

export const sgd: OptimiserDef = {
  kind: 'sgd',
  title: 'SGD',
  slots: ['momentum'],
  update(builder, { weight, gradient, factor, hyper }, settings) {
    const tensors = {
      p: builder.read(weight),
      momentum: readSlot(builder, 'momentum', weight),
      g: gradient,
      factor,
      hyper,
    };
    sgdOp(builder, tensors, { momentum: settings.momentum, ...groupOf(weight, settings) });
  },
  corrections: () => undefined,
};
