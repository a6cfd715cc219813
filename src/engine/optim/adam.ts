// Adam (Kingma & Ba 2015, arXiv 1412.6980) and AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101), bias-corrected, as torch.
//   m = b1 m + (1 - b1) g   v = b2 v + (1 - b2) g^2   p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
// AdamW takes p *= 1 - lr wd first; Adam adds wd p to g.
import type { GraphBuilder } from '../graph/builder.ts';
import { adam as adamOp } from '../ops/functional.ts';
import { groupOf, readSlot, type OptimiserDef, type OptimiserSettings, type Update } from './optimiser.ts';

function update(builder: GraphBuilder, target: Update, settings: OptimiserSettings, decoupled: boolean): void {
  const { weight, gradient, factor, hyper } = target;
  const tensors = {
    p: builder.read(weight),
    m: readSlot(builder, 'm', weight),
    v: readSlot(builder, 'v', weight),
    g: gradient,
    factor,
    hyper,
  };
  const { beta1, beta2, epsilon } = settings;
  adamOp(builder, tensors, { beta1, beta2, eps: epsilon, ...groupOf(weight, settings), decoupled });
}

function corrections(hyper: Float64Array, t: number, { beta1, beta2 }: OptimiserSettings): void {
  hyper[1] = 1 - beta1 ** t;
  hyper[2] = 1 - beta2 ** t;
}

export const adamW: OptimiserDef = {
  kind: 'adamw',
  title: 'AdamW',
  slots: ['m', 'v'],
  update: (builder, target, settings) => update(builder, target, settings, true),
  corrections,
};

export const adam: OptimiserDef = {
  kind: 'adam',
  title: 'Adam',
  slots: ['m', 'v'],
  update: (builder, target, settings) => update(builder, target, settings, false),
  corrections,
};
