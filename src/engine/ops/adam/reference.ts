// The definition of adam. A factor that is not finite marks a broken step and changes nothing.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const adamReference: ReferenceKernel<OpAttrs['adam']> = ([p, m, v, g, factor, hyper], _outputs, attrs) => {
  const { beta1, beta2, eps, weightDecay, decoupled, pace = 1 } = attrs;
  const [given, correction1, correction2] = hyper.data;
  const rate = given * pace;
  if (!Number.isFinite(factor.data[0])) return;
  for (let i = 0; i < p.data.length; i++) {
    const before = p.data[i];
    const gradient = factor.data[0] * g.data[i] + (decoupled ? 0 : weightDecay * before);
    const decayed = decoupled ? before * (1 - rate * weightDecay) : before;
    m.data[i] = beta1 * m.data[i] + (1 - beta1) * gradient;
    v.data[i] = beta2 * v.data[i] + (1 - beta2) * gradient * gradient;
    p.data[i] = decayed - (rate * (m.data[i] / correction1)) / (Math.sqrt(v.data[i] / correction2) + eps);
  }
};
