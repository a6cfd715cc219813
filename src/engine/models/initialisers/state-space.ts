// Initialisers of state spaces: decays, frequencies, time steps. Uses expm1 and log1p against cancellation, and no eigen-solver.
import { define, each, type Draw, valueOf } from './define.ts';
import { legsFrequencies, legsScale } from './hippo.ts';

interface Modes {
  /** Complex modes that are kept, one of each conjugate pair: half of d_state. */
  readonly modes: number;
}
interface Ring {
  readonly low: number;
  readonly high: number;
}

const list = (count: number, of: (n: number) => number): { kind: 'listed'; values: readonly number[] } => ({
  kind: 'listed',
  values: Array.from({ length: count }, (_, n) => of(n)),
});

/** log of -1/2 log u for |a|^2 = u: the double logarithm in which a ring of decays is learned. */
const nuOf = (u: number, values: Readonly<Record<string, number>>): number => {
  const [low, high] = [valueOf(values, 'low') ** 2, valueOf(values, 'high') ** 2];
  return Math.log(-0.5 * Math.log(u * (high - low) + low));
};

export const stateSpace = {
  'log-step': define<{ readonly low: number; readonly high: number }>({
    formula: 'log dt ~ U(log low, log high)',
    source: 'S4, S4D, H3 and S5 with 0.001 and 0.1 (Gu et al. 2022, arXiv 2111.00396; state-spaces/s4)',
    law: ({ low, high }) => ({ kind: 'uniform', low: Math.log(low), high: Math.log(high) }),
  }),
  'mamba-step': define<{ readonly low: number; readonly high: number; readonly floor: number }>({
    formula: 'dt = max(exp U(log low, log high), floor); bias = dt + log(1 - exp(-dt)), the inverse of softplus',
    source: 'Gu & Dao 2023, arXiv 2312.00752; state-spaces/mamba mamba_simple.py with 0.001, 0.1 and 1e-4',
    law: (values) => ({ kind: 'drawn', name: 'mamba-step', values: { ...values } }),
  }),
  'mamba-decay': define<{ readonly size: number }>({
    formula: 'log A_n = log(n + 1), the same for each channel (S4D-Real)',
    source: 'Gu & Dao 2023, arXiv 2312.00752; state-spaces/mamba mamba_simple.py',
    law: ({ size }) => list(size, (n) => Math.log(n + 1)),
  }),
  's4d-decay': define<object>({
    formula: 'log(-Re A) = log 1/2',
    source: 'Gu et al. 2022, arXiv 2206.11893; state-spaces/s4 s4d.py',
    law: () => ({ kind: 'constant', value: Math.log(0.5) }),
  }),
  's5-decay': define<object>({
    formula: 'Re A = -1/2',
    source: 'Smith et al. 2023, arXiv 2208.04933; lindermanlab/S5 (the normal part of HiPPO-LegS)',
    law: () => ({ kind: 'constant', value: -0.5 }),
  }),
  's4d-lin': define<Modes>({
    formula: 'Im A_n = pi n',
    source: 'Gu et al. 2022, arXiv 2206.11893, S4D-Lin',
    law: ({ modes }) => list(modes, (n) => Math.PI * n),
  }),
  's4d-inv': define<Modes>({
    formula: 'Im A_n = (N / pi) (N / (2n + 1) - 1), N = twice the modes kept',
    source: 'Gu et al. 2022, arXiv 2206.11893, S4D-Inv',
    law: ({ modes }) => list(modes, (n) => ((2 * modes) / Math.PI) * ((2 * modes) / (2 * n + 1) - 1)),
  }),
  'legs-frequency': define<Modes>({
    formula: 'Im A_n = w_n, the roots of sum_k atan(w / (k + 1/2)) = (N - 1) pi/2 - n pi: eigenvalues of HiPPO-LegS',
    source: 'Gu et al. 2020, arXiv 2008.07669 and 2022, arXiv 2111.00396; closed form derived for this project',
    law: ({ modes }) => ({ kind: 'listed', values: legsFrequencies(2 * modes) }),
  }),
  'legs-rank': define<Modes>({
    formula: 'P_n = (sum_k (k + 1/2) / ((k + 1/2)^2 + w_n^2))^(-1/2)',
    source: 'Gu et al. 2022, arXiv 2111.00396 (NPLR form); closed form derived for this project',
    law: ({ modes }) => ({ kind: 'listed', values: legsScale(2 * modes) }),
  }),
  'legs-input': define<Modes>({
    formula: 'B_n = min(sqrt 2 P_n, 2), as the published code clips it',
    source: 'Gu et al. 2022, arXiv 2111.00396; state-spaces/s4 (B_clip)',
    law: ({ modes }) => ({ kind: 'listed', values: legsScale(2 * modes).map((p) => Math.min(Math.SQRT2 * p, 2)) }),
  }),
  'complex-normal': define<object>({
    formula: 're, im ~ N(0, 1/2): E|C|^2 = 1',
    source: 'state-spaces/s4 (torch.randn of complex numbers)',
    law: () => ({ kind: 'normal', deviation: Math.SQRT1_2 }),
  }),
  'lru-decay': define<Ring>({
    formula: 'nu = log(-1/2 log U(low^2, high^2)): |lambda| = exp(-exp nu) uniform over the ring',
    source: 'Orvieto et al. 2023, arXiv 2303.06349; NicolasZucchet/minimal-LRU with 0 and 1',
    law: (values) => ({ kind: 'drawn', name: 'lru-decay', values: { ...values } }),
  }),
  'lru-phase': define<{ readonly most: number }>({
    formula: 'theta = log(most u), u ~ U(0, 1]',
    source: 'Orvieto et al. 2023, arXiv 2303.06349; NicolasZucchet/minimal-LRU with 6.28',
    law: (values) => ({ kind: 'drawn', name: 'lru-phase', values: { ...values } }),
  }),
  /** Of the decays drawn for the weight `of`, which must have the same ring. */
  'lru-scale': define<Ring & { readonly of: string }>({
    formula: 'gamma = 1/2 log(1 - |lambda|^2) of the lambda drawn for nu',
    source: 'Orvieto et al. 2023, arXiv 2303.06349, equation 7',
    law: ({ of, low, high }) => ({ kind: 'drawn', name: 'lru-scale', values: { low, high }, of }),
  }),
  'rg-lru-decay': define<Ring>({
    formula: 'a0^2 ~ U(low^2, high^2); softplus(a) = -log a0',
    source: 'De et al. 2024, arXiv 2402.19427; google-deepmind/recurrentgemma with 0.9 and 0.999',
    law: (values) => ({ kind: 'drawn', name: 'rg-lru-decay', values: { ...values } }),
  }),
} as const;

const lruScale: Draw = {
  fill(into, { values, other }) {
    if (other === null) throw new Error('initialiser lru-scale: the weight of the decays must be named');
    for (let i = 0; i < into.length; i++) {
      const nu = Math.fround(nuOf(1 - other.uniform(), values));
      into[i] = 0.5 * Math.log(-Math.expm1(-2 * Math.exp(nu)));
    }
  },
};

export const stateSpaceDraws = {
  'mamba-step': each((u, values) => {
    const [low, high] = [Math.log(valueOf(values, 'low')), Math.log(valueOf(values, 'high'))];
    const step = Math.max(Math.exp(low + u * (high - low)), valueOf(values, 'floor'));
    return step + Math.log(-Math.expm1(-step));
  }),
  'lru-decay': each(nuOf),
  'lru-phase': each((u, values) => Math.log(valueOf(values, 'most') * u)),
  'lru-scale': lruScale,
  'rg-lru-decay': each((u, values) => {
    const [low, high] = [valueOf(values, 'low') ** 2, valueOf(values, 'high') ** 2];
    return Math.log(Math.expm1(-0.5 * Math.log(low + u * (high - low))));
  }),
} as const;
