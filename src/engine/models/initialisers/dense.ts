// Initialisers of projections, embeddings and biases.
import { define, type Draw, valueOf } from './define.ts';

interface Fan {
  /** Numbers that each output is a sum over. */
  readonly fan: number;
  /** Added to every draw. */
  readonly shift?: number;
}

/** U(shift - bound, shift + bound). */
const around = (bound: number, shift = 0) => ({ kind: 'uniform', low: shift - bound, high: shift + bound }) as const;

/** The standard deviation of a standard normal truncated at two deviations. */
const cutDeviation = 0.87962566103423978;

export const dense = {
  zeros: define<object>({
    formula: '0',
    source: 'common',
    law: () => ({ kind: 'zeros' }),
  }),
  ones: define<object>({
    formula: '1',
    source: 'common; scales of norms',
    law: () => ({ kind: 'constant', value: 1 }),
  }),
  'torch-linear': define<Fan>({
    formula: 'U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for weight and bias',
    source: 'torch.nn.Linear (He et al. 2015, arXiv 1502.01852, with a = sqrt 5)',
    law: ({ fan, shift }) => around(1 / Math.sqrt(fan), shift),
  }),
  'torch-conv': define<Fan>({
    formula: 'U(-1/sqrt(K), 1/sqrt(K)) for weight and bias of a depthwise convolution of K taps',
    source: 'torch.nn.Conv1d with groups = channels',
    law: ({ fan, shift }) => around(1 / Math.sqrt(fan), shift),
  }),
  'torch-recurrent': define<Fan>({
    formula: 'U(-1/sqrt(H), 1/sqrt(H)) for every tensor',
    source: 'torch.nn.RNNBase',
    law: ({ fan, shift }) => around(1 / Math.sqrt(fan), shift),
  }),
  /** An offset for the first rows, so that the forget gate starts open. */
  'forget-bias': define<{
    readonly fan: number;
    readonly rows: number;
    readonly others: number;
    readonly open: number;
  }>({
    formula: 'U(-1/sqrt(fan_in), 1/sqrt(fan_in)), and `open` more for the rows of the forget gate',
    source: 'Feng et al. 2024, arXiv 2410.01201, figure 5; Jozefowicz et al. 2015 for the LSTM',
    law: ({ fan, rows, others, open }) => {
      const start = (shift: number) => around(1 / Math.sqrt(fan), shift);
      if (open === 0) return start(0);
      const parts = [
        { rows, initialiser: start(open) },
        { rows: others, initialiser: start(0) },
      ];
      return { kind: 'stacked', parts };
    },
  }),
  normal: define<{ readonly deviation: number }>({
    formula: 'N(0, deviation^2)',
    source: 'torch.nn.Embedding with 1; GPT-2 and nanoGPT with 0.02',
    law: ({ deviation }) => ({ kind: 'normal', deviation }),
  }),
  'gpt-residual': define<{ readonly layers: number }>({
    formula: 'N(0, (0.02 / sqrt(2 L))^2) for projections that end a residual branch',
    source: 'karpathy/nanoGPT model.py, after GPT-2 (Radford et al. 2019)',
    law: ({ layers }) => ({ kind: 'normal', deviation: 0.02 / Math.sqrt(2 * layers) }),
  }),
  'griffin-residual': define<{ readonly fan: number; readonly layers: number }>({
    formula: 'N(0, 2 / (L fan_in)) for projections that end a residual branch',
    source: 'google-deepmind/recurrentgemma modules.py and griffin.py (final_w_init_variance_scale)',
    law: ({ fan, layers }) => ({ kind: 'normal', deviation: Math.sqrt(2 / (layers * fan)) }),
  }),
  'truncated-normal': define<{ readonly deviation: number }>({
    formula: 'N(0, s^2) cut off at two of its deviations; s such that what is left has `deviation`',
    source: 'bert4keras, RoFormerV2; lecun and truncated starts of flax',
    law: ({ deviation }) => ({ kind: 'drawn', name: 'cut-normal', values: { deviation } }),
  }),
  'roformer-v2': define<{ readonly fan: number; readonly layers: number; readonly parts: number }>({
    formula: 'truncated normal of deviation fan_in^(-1/2) L^(-1/order); order 2 for attention and MLP, 3 for GAU',
    source: 'ZhuiyiTechnology/GAU-alpha models.py; bojone/bert4keras RoFormerV2 (after DeepNorm, arXiv 2203.00555)',
    law: ({ fan, layers, parts }) => ({
      kind: 'drawn',
      name: 'cut-normal',
      values: { deviation: 1 / Math.sqrt(fan) / layers ** (1 / parts) },
    }),
  }),
  'xavier-uniform': define<{ readonly fanIn: number; readonly fanOut: number; readonly gain: number }>({
    formula: 'U(-b, b), b = gain sqrt(6 / (fan_in + fan_out))',
    source: 'Glorot & Bengio 2010; RetNet with gain 2^-2.5 and 2^-1 (microsoft/torchscale)',
    law: ({ fanIn, fanOut, gain }) => around(gain * Math.sqrt(6 / (fanIn + fanOut))),
  }),
  'lecun-normal': define<{ readonly fan: number }>({
    formula: 'N(0, 1 / fan_in)',
    source: 'LeCun et al. 1998; S5 (lindermanlab/S5) for its input and output; google-deepmind/recurrentgemma',
    law: ({ fan }) => ({ kind: 'normal', deviation: 1 / Math.sqrt(fan) }),
  }),
  orthogonal: define<{ readonly gain: number }>({
    formula: 'gain Q with orthonormal rows or columns, whichever are fewer, uniform over all of them',
    source: 'Saxe et al. 2013, arXiv 1312.6120; RWKV-4 (BlinkDL/RWKV-LM model.py)',
    law: ({ gain }) => ({ kind: 'drawn', name: 'orthogonal', values: { gain } }),
  }),
  gilr: define<object>({
    formula: 'U(-0.05, 0.05)',
    source: 'Martin & Cundy 2018, arXiv 1709.04057; eamartin/parallelizing_linear_rnns layers_new.py',
    law: () => around(0.05),
  }),
  sru: define<{ readonly fan: number }>({
    formula: 'U(-sqrt(3 / fan_in), sqrt(3 / fan_in))',
    source: 'Lei et al. 2018, arXiv 1709.02755; asappresearch/sru',
    law: ({ fan }) => around(Math.sqrt(3 / fan)),
  }),
  'sru-weight': define<{ readonly fan: number; readonly rows: number; readonly skip: number }>({
    formula: 'as sru; rows of both gates times sqrt 1/2; `skip` more blocks of rows as the first',
    source: 'Lei et al. 2018, arXiv 1709.02755; asappresearch/sru',
    law: ({ fan, rows, skip }) => {
      const bound = Math.sqrt(3 / fan);
      const parts = [
        { rows, initialiser: around(bound) },
        { rows: 2 * rows, initialiser: around(bound * Math.SQRT1_2) },
        { rows: skip * rows, initialiser: around(bound) },
      ];
      return { kind: 'stacked', parts: parts.filter((part) => part.rows > 0) };
    },
  }),
  'sru-peephole': define<object>({
    formula: 'U(-sqrt 3, sqrt 3) times sqrt 1/2',
    source: 'Lei et al. 2018, arXiv 1709.02755; asappresearch/sru',
    law: () => around(Math.sqrt(1.5)),
  }),
  'small-init': define<{ readonly width: number }>({
    formula: 'N(0, 2 / (5 d))',
    source: 'Nguyen & Salazar 2019, arXiv 1910.05895; xLSTM (NX-AI/xlstm)',
    law: ({ width }) => ({ kind: 'normal', deviation: Math.sqrt(2 / (5 * width)) }),
  }),
  'wang-init': define<{ readonly width: number; readonly layers: number }>({
    formula: 'N(0, (2 / (L sqrt d))^2) for projections that end a block',
    source: 'Wang & Komatsuzaki 2021 (mesh-transformer-jax); xLSTM (NX-AI/xlstm)',
    law: ({ width, layers }) => ({ kind: 'normal', deviation: 2 / (layers * Math.sqrt(width)) }),
  }),
} as const;

const cutNormal: Draw = {
  fill(into, { values, random }) {
    const scale = valueOf(values, 'deviation') / cutDeviation;
    for (let i = 0; i < into.length; i++) {
      let value = random.normal();
      while (Math.abs(value) > 2) value = random.normal();
      into[i] = scale * value;
    }
  },
};

/** Gram-Schmidt, twice for the digits, on vectors of normal draws: the Q of a QR decomposition with a positive diagonal. */
const orthogonal: Draw = {
  fill(into, { shape, values, random }) {
    const gain = valueOf(values, 'gain');
    const [rows = 1] = shape;
    const columns = into.length / rows;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const basis: Float64Array[] = [];
    for (let k = 0; k < count; k++) {
      const vector = Float64Array.from({ length }, () => random.normal());
      for (let pass = 0; pass < 2; pass++) for (const one of basis) takeAway(vector, one);
      const size = Math.hypot(...vector);
      basis.push(vector.map((value) => value / size));
    }
    basis.forEach((vector, k) =>
      vector.forEach((value, i) => (into[rows <= columns ? k * columns + i : i * columns + k] = gain * value)),
    );
  },
};

function takeAway(vector: Float64Array, unit: Float64Array): void {
  const along = vector.reduce((sum, value, i) => sum + value * (unit[i] ?? NaN), 0);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? NaN) - along * (unit[i] ?? NaN);
}

export const denseDraws = { 'cut-normal': cutNormal, orthogonal } as const;
