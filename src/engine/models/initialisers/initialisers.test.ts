// Every initialiser draws from its stated distribution: moments, bounds and distribution against the formula, and known values.
import { describe, expect, it } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import type { Initialiser } from '../../graph/graph.ts';
import { legsFrequencies } from './hippo.ts';
import { initialiser, initialisers, startingValues } from './registry.ts';

const drawn = (law: Initialiser, shape: readonly number[], name = 'w', seed = 7): Float32Array =>
  startingValues({ name, type: f32(...shape), role: 'weight', initialiser: law, decay: true }, seed);

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)));
};
const close = (got: ArrayLike<number>, want: ArrayLike<number>, digits: number): void => {
  expect(got).toHaveLength(want.length);
  Array.from(got).forEach((value, i) => expect(value).toBeCloseTo(want[i] ?? NaN, digits));
};

const count = 20_000;
/** Largest distance between the share of draws below a value and the expected share: Kolmogorov's distance, 1.95 / sqrt n at 0.1 %. */
function distance(values: Float32Array, below: (value: number) => number): number {
  const ordered = values.toSorted();
  return Math.max(...ordered.map((value, i) => Math.abs(below(value) - (i + 0.5) / ordered.length)));
}
const near = 1.95 / Math.sqrt(count);
const uniform =
  (low: number, high: number) =>
  (x: number): number =>
    (x - low) / (high - low);
const softplus = (x: number): number => Math.log1p(Math.exp(x));

const evenly: Record<string, [Initialiser, bound: number]> = {
  'torch-linear': [initialiser('torch-linear', { fan: 16 }), 1 / 4],
  'torch-conv': [initialiser('torch-conv', { fan: 4 }), 1 / 2],
  'torch-recurrent': [initialiser('torch-recurrent', { fan: 25 }), 1 / 5],
  'xavier-uniform': [initialiser('xavier-uniform', { fanIn: 10, fanOut: 14, gain: 2 ** -2.5 }), 2 ** -2.5 / 2],
  gilr: [initialiser('gilr', {}), 0.05],
  'sru-peephole': [initialiser('sru-peephole', {}), Math.sqrt(1.5)],
  sru: [initialiser('sru', { fan: 12 }), 1 / 2],
};
const normally: Record<string, [Initialiser, number]> = {
  normal: [initialiser('normal', { deviation: 0.02 }), 0.02],
  'gpt-residual': [initialiser('gpt-residual', { layers: 8 }), 0.005],
  'griffin-residual': [initialiser('griffin-residual', { fan: 32, layers: 4 }), 1 / 8],
  'lecun-normal': [initialiser('lecun-normal', { fan: 64 }), 1 / 8],
  'complex-normal': [initialiser('complex-normal', {}), Math.SQRT1_2],
  'small-init': [initialiser('small-init', { width: 40 }), 0.1],
  'wang-init': [initialiser('wang-init', { width: 64, layers: 4 }), 1 / 16],
};
const cut: Record<string, [Initialiser, number]> = {
  'truncated-normal': [initialiser('truncated-normal', { deviation: 0.5 }), 0.5],
  'roformer-v2': [initialiser('roformer-v2', { fan: 64, layers: 16, parts: 2 }), 1 / 32],
};
/** The quantity represented by a draw, and its distribution. */
const through: Record<string, [Initialiser, (x: number) => number]> = {
  'log-step': [initialiser('log-step', { low: 0.001, high: 0.1 }), uniform(Math.log(0.001), Math.log(0.1))],
  'mamba-step': [
    initialiser('mamba-step', { low: 0.001, high: 0.1, floor: 1e-4 }),
    (bias) => uniform(Math.log(0.001), Math.log(0.1))(Math.log(softplus(bias))),
  ],
  'lru-decay': [
    initialiser('lru-decay', { low: 0.9, high: 0.999 }),
    (nu) => 1 - uniform(0.9 ** 2, 0.999 ** 2)(Math.exp(-2 * Math.exp(nu))),
  ],
  'lru-phase': [initialiser('lru-phase', { most: 6.28 }), (theta) => uniform(0, 6.28)(Math.exp(theta))],
  'rg-lru-decay': [
    initialiser('rg-lru-decay', { low: 0.9, high: 0.999 }),
    (a) => 1 - uniform(0.9 ** 2, 0.999 ** 2)(Math.exp(-2 * softplus(a))),
  ],
};
const exact: Record<string, [Initialiser, readonly number[]]> = {
  zeros: [initialiser('zeros', {}), [0, 0, 0]],
  ones: [initialiser('ones', {}), [1, 1, 1]],
  'hgrn-bounds': [initialiser('hgrn-bounds', {}), [0, 0]],
  'mamba-decay': [initialiser('mamba-decay', { size: 3 }), [0, Math.log(2), Math.log(3), 0, Math.log(2), Math.log(3)]],
  's4d-decay': [initialiser('s4d-decay', {}), [-Math.LN2]],
  's5-decay': [initialiser('s5-decay', {}), [-0.5]],
  's4d-lin': [initialiser('s4d-lin', { modes: 3 }), [0, Math.PI, 2 * Math.PI]],
  's4d-inv': [initialiser('s4d-inv', { modes: 2 }), [(4 / Math.PI) * 3, (4 / Math.PI) * (1 / 3)]],
  'rwkv-decay': [initialiser('rwkv-decay', { width: 3, layer: 0, layers: 2 }), [-5, -5 + 8 * 0.5 ** 0.7, 3]],
  'rwkv-first': [initialiser('rwkv-first', { width: 3 }), [0, 0.5, -0.5].map((x) => Math.log(0.3) + x)],
  'rwkv-mix': [
    initialiser('rwkv-mix', { width: 4, layer: 1, layers: 2, raise: 0.3, power: 1 }),
    [0, 0.5, Math.SQRT1_2, Math.sqrt(0.75)].map((x) => x + 0.3),
  ],
  'hgrn-phase': [initialiser('hgrn-phase', { width: 4 }), [1, 0.01, 1e-4, 1e-6]],
  'open-gate': [initialiser('open-gate', { rows: 2, others: 1, open: 5 }), [5, 5, 0]],
  'filter-features': [
    initialiser('filter-features', { length: 3, bands: 2 }),
    [
      [0, 1, 1, -0, -0],
      [1 / 2, Math.cos(2e-4 * (Math.PI / 3)), -1 / 2, -Math.sin(2e-4 * (Math.PI / 3)), -Math.sqrt(3) / 2],
      [1, Math.cos(4e-4 * (Math.PI / 3)), -1 / 2, -Math.sin(4e-4 * (Math.PI / 3)), Math.sqrt(3) / 2],
    ].flat(),
  ],
  'sine-frequency': [initialiser('sine-frequency', { frequency: 10 }), [10]],
  'mlstm-forget': [initialiser('mlstm-forget', { heads: 4 }), [3, 4, 5, 6]],
  'slstm-forget': [initialiser('slstm-forget', { width: 3, layer: 0, layers: 3 }), [5, 5 - 12 * 0.5 ** 0.3, -7]],
};
/**
 * A + P P^T + 1/2 is skew: -p_n p_k below its diagonal and p_n p_k above, p_n^2 = n + 1/2. With sum p_k v_k = 1 its eigenvector of i w is
 * v_n = p_n (1 - 2 s_n) / (i w + p_n^2), s_n = sum of p_k v_k below n: w is right where the whole sum is 1 again. Gives the size of v.
 */
function sizeOfEigenvector(w: number, size: number): number {
  let [re, im, squares] = [0, 0, 0];
  for (let n = 0; n < size; n++) {
    const square = n + 0.5;
    const below = square ** 2 + w ** 2;
    const [x, y] = [1 - 2 * re, -2 * im];
    const [a, b] = [(x * square + y * w) / below, (y * square - x * w) / below];
    re += square * a;
    im += square * b;
    squares += square * (a * a + b * b);
  }
  expect(Math.hypot(re - 1, im)).toBeLessThan(1e-9);
  return Math.sqrt(squares);
}

/** With a test of their own below. */
const others = ['forget-bias', 'sru-weight', 'orthogonal', 'lru-scale', 'legs-frequency', 'legs-rank', 'legs-input'];

describe('initialisers', () => {
  it('each has a formula, a source and a test of its law', () => {
    for (const { formula, source } of Object.values(initialisers)) {
      expect(formula.length).toBeGreaterThan(0);
      expect(source.length).toBeGreaterThan(5);
    }
    const tested = [evenly, normally, cut, through, exact].flatMap((group) => Object.keys(group));
    expect([...tested, ...others].toSorted()).toEqual(Object.keys(initialisers).toSorted());
  });

  it.each(Object.entries(evenly))('%s is even between its bounds', (_, [law, bound]) => {
    expect(distance(drawn(law, [count]), uniform(-bound, bound))).toBeLessThan(near);
  });

  it.each(Object.entries(normally))('%s has mean 0, its deviation and the tails of a normal law', (_, [law, size]) => {
    const values = drawn(law, [count]);
    expect(Math.abs(mean(values))).toBeLessThan((4 * size) / Math.sqrt(count));
    expect(Math.abs(deviation(values) / size - 1)).toBeLessThan(4 / Math.sqrt(2 * count));
    expect(Math.abs(mean(values.map((value) => Number(Math.abs(value) > 2 * size))) - 0.0455)).toBeLessThan(0.006);
  });

  it.each(Object.entries(cut))('%s has its deviation and nothing beyond two of the uncut law', (_, [law, size]) => {
    const values = drawn(law, [count]);
    expect(Math.abs(deviation(values) / size - 1)).toBeLessThan(4 / Math.sqrt(2 * count));
    const edge = (2 * size) / 0.8796;
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(edge);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * edge);
  });

  it.each(Object.entries(through))('%s: what its numbers stand for is spread as the source says', (_, [law, below]) => {
    expect(distance(drawn(law, [count]), below)).toBeLessThan(near);
  });

  it.each(Object.entries(exact))('%s is the numbers of its formula', (_, [law, want]) => {
    close(drawn(law, [want.length]), want, 6);
  });

  it('forget-bias opens the first rows and no others', () => {
    const law = initialiser('forget-bias', { fan: 4, rows: 500, others: 1000, open: 3 });
    const values = drawn(law, [1500]);
    expect(Math.abs(mean(values.subarray(0, 500)) - 3)).toBeLessThan(0.06);
    expect(Math.abs(mean(values.subarray(500)))).toBeLessThan(0.04);
    expect(initialiser('forget-bias', { fan: 4, rows: 5, others: 10, open: 0 })).toEqual(evenly['torch-conv']?.[0]);
  });

  it('sru-weight narrows the rows of the gates alone', () => {
    const values = drawn(initialiser('sru-weight', { fan: 12, rows: 2000, skip: 1 }), [8000]);
    const bounds = [1 / 2, Math.SQRT1_2 / 2, Math.SQRT1_2 / 2, 1 / 2];
    for (const [i, bound] of bounds.entries()) {
      const rows = values.subarray(2000 * i, 2000 * (i + 1));
      expect(distance(rows, uniform(-bound, bound))).toBeLessThan(1.95 / Math.sqrt(2000));
    }
  });

  it.each([
    [12, 5],
    [5, 12],
    [7, 7],
  ])('orthogonal %i x %i: the shorter side is orthonormal times the gain', (rows, columns) => {
    const values = drawn(initialiser('orthogonal', { gain: 3 }), [rows, columns]);
    const at = (i: number, k: number): number => values[rows <= columns ? i * columns + k : k * columns + i] ?? NaN;
    const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let a = 0; a < short; a++)
      for (let b = 0; b < short; b++) {
        let product = 0;
        for (let k = 0; k < long; k++) product += at(a, k) * at(b, k);
        expect(product).toBeCloseTo(a === b ? 9 : 0, 5);
      }
  });

  it('lru-scale is what the decays of the weight it names leave of a unit', () => {
    const ring = { low: 0.9, high: 0.999 };
    const nu = drawn(initialiser('lru-decay', ring), [64], 'layer0/mixer/nu');
    const scale = drawn(initialiser('lru-scale', { ...ring, of: 'layer0/mixer/nu' }), [64], 'layer0/mixer/gamma');
    const size = Array.from(nu, (value) => Math.exp(-Math.exp(value)));
    close(
      scale,
      size.map((lambda) => 0.5 * Math.log(1 - lambda ** 2)),
      4,
    );
  });

  it.each([2, 4, 16, 64])(
    'HiPPO-LegS of size %i: the frequencies are eigenvalues of its normal part, P lies along them',
    (size) => {
      const found = legsFrequencies(size);
      const law = { modes: size / 2 };
      close(drawn(initialiser('legs-frequency', law), [size / 2]), Float32Array.from(found), 6);
      const rank = found.map((w) => 1 / sizeOfEigenvector(w, size));
      close(drawn(initialiser('legs-rank', law), [size / 2]), rank, 5);
      close(
        drawn(initialiser('legs-input', law), [size / 2]),
        rank.map((p) => Math.min(Math.SQRT2 * p, 2)),
        5,
      );
      expect(new Set(found.map((w) => w.toPrecision(6))).size).toBe(size / 2);
    },
  );

  it('a weight is drawn by seed and name: the same again, and apart from others', () => {
    const law = initialiser('normal', { deviation: 1 });
    expect(drawn(law, [8])).toEqual(drawn(law, [8]));
    expect(drawn(law, [8])).not.toEqual(drawn(law, [8], 'v'));
    expect(drawn(law, [8])).not.toEqual(drawn(law, [8], 'w', 8));
  });

  it('a list that does not divide its weight is refused', () => {
    expect(() => drawn({ kind: 'listed', values: [1, 2, 3] }, [4])).toThrow(
      "3 listed values must divide the weight's 4",
    );
  });
});
