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
  readonly embedding: Initialiser;
  readonly weight: Start;
  readonly bias: (this: void, fan: number) => Initialiser;
  /** Of the projection that ends a residual branch. */
  readonly end: Start;
}

const linear = (fan: number): Initialiser => initialiser('torch-linear', { fan });
const normal = (deviation: number): Initialiser => initialiser('normal', { deviation });
const zeros = (): Initialiser => initialiser('zeros', {});
const roformer: Start = ({ fan, layers }) => initialiser('roformer-v2', { fan, layers, parts: 2 });

export const schemes: Readonly<Record<Layout['start'], Scheme>> = {
  torch: { embedding: normal(1), weight: ({ fan }) => linear(fan), bias: linear, end: ({ fan }) => linear(fan) },
  gpt: {
    embedding: normal(0.02),
    weight: () => normal(0.02),
    bias: zeros,
    end: ({ layers }) => initialiser('gpt-residual', { layers }),
  },
  // The ends of its branches are divided by the root of the number of layers.
  mamba: {
    embedding: normal(0.02),
    weight: ({ fan }) => linear(fan),
    bias: zeros,
    end: ({ fan, layers }) => linear(fan * layers),
  },
  roformer: { embedding: normal(0.02), weight: roformer, bias: zeros, end: roformer },
  rwkv: {
    embedding: initialiser('orthogonal', { gain: 1e-4 }),
    weight: ({ fan, outputs }) => initialiser('orthogonal', { gain: Math.sqrt(Math.max(1, outputs / fan)) }),
    bias: zeros,
    end: zeros,
  },
};
