// The definition of sgd. A factor that is not finite marks a broken step and changes nothing.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const sgdReference: ReferenceKernel<OpAttrs['sgd']> = ([p, buffer, g, factor, hyper], _outputs, attrs) => {
  const { momentum, weightDecay, pace = 1 } = attrs;
  const rate = hyper.data[0] * pace;
  if (!Number.isFinite(factor.data[0])) return;
  for (let i = 0; i < p.data.length; i++) {
    buffer.data[i] = momentum * buffer.data[i] + factor.data[0] * g.data[i] + weightDecay * p.data[i];
    p.data[i] -= rate * buffer.data[i];
  }
};
