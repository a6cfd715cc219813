// The steps of optimisers as functions. Adds nodes only; independent of devices.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { call } from './call.ts';
import type { OpAttrs } from './kinds.ts';

type B = GraphBuilder;
type V = ValueId;

/** One Adam or AdamW step on p, with its moments m and v. */
export const adam = (
  b: B,
  tensors: { readonly p: V; readonly m: V; readonly v: V; readonly g: V; readonly factor: V; readonly hyper: V },
  attrs: OpAttrs['adam'],
): void => {
  const { p, m, v, g: gradient, factor, hyper } = tensors;
  call(b, 'adam', [p, m, v, gradient, factor, hyper], attrs);
};

/** One step of gradient descent with momentum on p. */
export const sgd = (
  b: B,
  tensors: { readonly p: V; readonly momentum: V; readonly g: V; readonly factor: V; readonly hyper: V },
  attrs: OpAttrs['sgd'],
): void => {
  const { p, momentum, g: gradient, factor, hyper } = tensors;
  call(b, 'sgd', [p, momentum, gradient, factor, hyper], attrs);
};
