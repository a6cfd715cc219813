// Initial weights of a network around its mixers: one scheme per source. Mixers have their own.
import type { Initialiser } from '../graph/graph.ts';
import { initialiser } from './initialisers/registry.ts';
import type { Layout } from './layout.ts';

interface Sizes {
  readonly fan: number;
  readonly outputs: number;
  readonly layers: number;
}
type Start = (this: void, sizes: Sizes) => Initialiser;

export interface Scheme {
  /** A table with a row for each token or position. */
  readonly embedding: (this: void, sizes: { readonly width: number; readonly layers: number }) => Initialiser;
  readonly weight: Start;
  readonly bias: (this: void, fan: number) => Initialiser;
  /** Of the projection that ends a residual branch. */
  readonly end: Start;
  /** Of a depthwise convolution of so many steps: its weight and its bias. */
  readonly conv: (this: void, taps: number) => { readonly weight: Initialiser; readonly bias: Initialiser };
}

const linear = (fan: number): Initialiser => initialiser('torch-linear', { fan });
const normal = (deviation: number): Initialiser => initialiser('normal', { deviation });
const zeros = (): Initialiser => initialiser('zeros', {});
const torchConv: Scheme['conv'] = (taps) => {
  const start = initialiser('torch-conv', { fan: taps });
  return { weight: start, bias: start };
};

/** `order`: 2 for attention and MLP, 3 for one gated unit a layer. The table is a matrix like others, of as many inputs as its rows are wide. */
function roformer(order: number): Scheme {
  const weight: Start = ({ fan, layers }) => initialiser('roformer-v2', { fan, layers, parts: order });
  const embedding: Scheme['embedding'] = ({ width, layers }) => weight({ fan: width, outputs: width, layers });
  return { embedding, weight, bias: zeros, end: weight, conv: torchConv };
}

export const schemes: Readonly<Record<Layout['start'], Scheme>> = {
  torch: {
    embedding: () => normal(1),
    weight: ({ fan }) => linear(fan),
    bias: linear,
    end: ({ fan }) => linear(fan),
    conv: torchConv,
  },
  gpt: {
    embedding: () => normal(0.02),
    weight: () => normal(0.02),
    bias: zeros,
    end: ({ layers }) => initialiser('gpt-residual', { layers }),
    conv: torchConv,
  },
  // The ends of its branches are divided by the root of the number of layers.
  mamba: {
    embedding: () => normal(0.02),
    weight: ({ fan }) => linear(fan),
    bias: zeros,
    end: ({ fan, layers }) => linear(fan * layers),
    conv: torchConv,
  },
  griffin: {
    embedding: ({ width }) => initialiser('lecun-normal', { fan: width }),
    weight: ({ fan }) => initialiser('lecun-normal', { fan }),
    bias: zeros,
    end: ({ fan, layers }) => initialiser('griffin-residual', { fan, layers }),
    conv: (taps) => ({ weight: normal(0.1 / Math.sqrt(taps)), bias: zeros() }),
  },
  roformer: roformer(2),
  gau: roformer(3),
  xlstm: {
    embedding: ({ width }) => initialiser('small-init', { width }),
    weight: ({ fan }) => initialiser('small-init', { width: fan }),
    bias: zeros,
    end: ({ outputs, layers }) => initialiser('wang-init', { width: outputs, layers }),
    conv: torchConv,
  },
  // All ends of branches start as that of its retention; torchscale leaves the one of the MLP to torch.
  retnet: {
    embedding: ({ width }) => normal(width ** -0.5),
    weight: ({ fan }) => linear(fan),
    bias: zeros,
    end: ({ fan, outputs }) => initialiser('xavier-uniform', { fanIn: fan, fanOut: outputs, gain: 0.5 }),
    conv: torchConv,
  },
  small: {
    embedding: () => normal(0.02),
    weight: () => normal(0.02),
    bias: zeros,
    end: () => normal(0.02),
    conv: torchConv,
  },
  rwkv: {
    embedding: () => initialiser('orthogonal', { gain: 1e-4 }),
    weight: ({ fan, outputs }) => initialiser('orthogonal', { gain: Math.sqrt(Math.max(1, outputs / fan)) }),
    bias: zeros,
    end: zeros,
    conv: torchConv,
  },
};
