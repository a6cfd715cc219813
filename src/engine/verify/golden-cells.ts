// Golden vectors of layers whose cells are written in the language of kernels (cell.ts of an op): the cell with the products, norms and gates that
// the published layer has around it.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { oneLater } from '../models/ring.ts';
import { hgrn, qrnn } from '../ops/cells.ts';
import {
  concat,
  constant,
  linear,
  linearScan,
  mul,
  oneMinus,
  reshape,
  rmsNorm,
  sigmoid,
  silu,
  split,
  tanh,
  type ScanStart,
} from '../ops/functional.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';

type Tensor = (name: string) => ValueId;

interface GoldenLayer {
  readonly title: string;
  readonly build: (test: GoldenLayerCase) => GoldenRecipe['build'];
}

/** x_{t-1} for each t: `x_prev` or zeros before the first. */
function stepBefore(b: GraphBuilder, { inputs }: GoldenLayerCase, tensor: Tensor): ValueId {
  const x = tensor('x');
  const [batch = 1, , width = 1] = b.shape(x);
  return oneLater(b, x, 'x_prev' in inputs ? reshape(b, tensor('x_prev'), [batch, 1, width]) : null);
}

/** f-pooling has no output gate: the state is the result, and a scan is enough. */
function fPooling(b: GraphBuilder, u: ValueId, start: ScanStart): Readonly<Record<string, ValueId>> {
  const [, , wide = 2] = b.shape(u);
  const [z, f] = split(b, u, 2, [wide / 2, wide / 2]);
  const forget = sigmoid(b, f);
  const { y, final } = linearScan(b, oneMinus(b, forget), mul(b, forget, tanh(b, z)), start);
  return { h: y, cN: final[0] };
}

export const qrnnLayer: GoldenLayer = {
  title: 'qrnn',
  build: (test) => (b, tensor) => {
    const { config, inputs } = test;
    const x = config['window'] === 2 ? concat(b, [tensor('x'), stepBefore(b, test, tensor)], 2) : tensor('x');
    const u = linear(b, x, tensor('weight'), tensor('bias'));
    const start = 'c0' in inputs ? [tensor('c0')] : null;
    if (config['pooling'] === 'f') return fPooling(b, u, start);
    const { y, final } = qrnn(b, u, start);
    return { h: y, cN: final[0] };
  },
};

export const hgrnLayer: GoldenLayer = {
  title: 'hgrn',
  build:
    ({ config, inputs }) =>
    (b, tensor) => {
      const x = tensor('x');
      const u = linear(b, x, concat(b, [tensor('Wi'), tensor('Wf')], 0));
      const bound = 'lower_bound' in inputs ? tensor('lower_bound') : constant(b, [Number(config['D'])], 0);
      const { y: h } = hgrn(b, u, bound, 'h0' in inputs ? [tensor('h0')] : null);
      const normed = rmsNorm(b, h, tensor('norm_weight'), Number(config['eps']));
      return { y: linear(b, mul(b, normed, silu(b, linear(b, x, tensor('Wg')))), tensor('Wo')), h };
    },
};
