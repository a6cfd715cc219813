// The definition of matrixState and matrixStateGrad: one step after the other for each head; the gradient goes back over all states.
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { matrixStateSizes, type MatrixStateAttrs, type MatrixStateSizes } from './sizes.ts';

const typeOf = ({ shape }: ReferenceTensor) => ({ shape, dtype: 'f32' as const });

/** What one head of one sample reads at its steps. */
interface Head {
  readonly q: (t: number, i: number) => number;
  readonly k: (t: number, i: number) => number;
  /** Column dv is the one of ones. */
  readonly v: (t: number, j: number) => number;
  /** e^log of row i. */
  readonly kept: (t: number, i: number) => number;
  /** Places in tensors of keys, values, decays and matrices. */
  readonly key: (t: number, i: number) => number;
  readonly value: (t: number, j: number) => number;
  readonly decay: (t: number, i: number) => number;
  readonly number: (t: number) => number;
  readonly matrix: number;
}

function eachHead(
  [q, k, v]: readonly ReferenceTensor[],
  decay: ReferenceTensor | undefined,
  attrs: MatrixStateAttrs,
  visit: (head: Head, sizes: MatrixStateSizes) => void,
): void {
  const sizes = matrixStateSizes(typeOf(q), typeOf(v), attrs);
  const { B, T, heads, dk, dv, columns } = sizes;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < heads; h++) {
      const row = (t: number): number => (b * T + t) * heads + h;
      const key = (t: number, i: number): number => row(t) * dk + i;
      const value = (t: number, j: number): number => row(t) * dv + j;
      const place = (t: number, i: number): number => (attrs.decay === 'key' ? key(t, i) : row(t));
      visit(
        {
          q: (t, i) => q.data[key(t, i)],
          k: (t, i) => k.data[key(t, i)],
          v: (t, j) => (j === dv ? 1 : v.data[value(t, j)]),
          kept: (t, i) => (decay === undefined ? 1 : Math.exp(decay.data[place(t, i)])),
          ...{ key, value, decay: place, number: row, matrix: (b * heads + h) * dk * columns },
        },
        sizes,
      );
    }
  }
}

/** All matrices of a head, from the one before the first step. */
function matricesOf(head: Head, { T, dk, columns }: MatrixStateSizes, start: ReferenceTensor | undefined) {
  const first = new Float64Array(dk * columns);
  if (start !== undefined) first.set(start.data.subarray(head.matrix, head.matrix + dk * columns));
  const all = [first];
  for (let t = 0; t < T; t++) {
    const before = all[t];
    all.push(
      before.map((value, at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        return head.kept(t, i) * value + head.k(t, i) * head.v(t, j);
      }),
    );
  }
  return all;
}

export const matrixStateReference: ReferenceKernel<MatrixStateAttrs> = ([q, k, v, ...rest], outputs, attrs) => {
  const decay = attrs.decay === 'none' ? undefined : rest[0];
  const start = attrs.initial ? rest[attrs.decay === 'none' ? 0 : 1] : undefined;
  const [o, ...others] = outputs;
  const weight = attrs.sums ? others[0] : undefined;
  const final = others[attrs.sums ? 1 : 0];
  eachHead([q, k, v], decay, attrs, (head, sizes) => {
    const { T, dk, dv, columns } = sizes;
    const all = matricesOf(head, sizes, start);
    final.data.set(all[T], head.matrix);
    for (let t = 0; t < T; t++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let i = 0; i < dk; i++) sum += head.q(t, i) * all[t + 1][i * columns + j];
        if (j < dv) o.data[head.value(t, j)] = sum;
        else if (weight !== undefined) weight.data[head.number(t)] = sum;
      }
    }
  });
};

export const matrixStateGradReference: ReferenceKernel<MatrixStateAttrs> = (inputs, outputs, attrs) => {
  const [q, k, v, dout, dfinal, ...rest] = inputs;
  const dweight = attrs.sums ? rest.shift() : undefined;
  const decay = attrs.decay === 'none' ? undefined : rest.shift();
  const start = attrs.initial ? rest.shift() : undefined;
  const [dq, dk, dv, ...others] = outputs;
  const ddecay = decay === undefined ? undefined : others[0];
  const dstart = attrs.initial ? others[decay === undefined ? 0 : 1] : undefined;
  ddecay?.data.fill(0);
  eachHead([q, k, v], decay, attrs, (head, sizes) => {
    const { T, columns } = sizes;
    const all = matricesOf(head, sizes, start);
    const d = dfinal.data.slice(head.matrix, head.matrix + sizes.dk * columns);
    for (let t = T - 1; t >= 0; t--) {
      const at = (j: number): number =>
        j === sizes.dv ? (dweight?.data[head.number(t)] ?? 0) : dout.data[head.value(t, j)];
      const ofValue = new Float64Array(columns);
      for (let i = 0; i < sizes.dk; i++) {
        let [ofQuery, ofKey, ofDecay] = [0, 0, 0];
        for (let j = 0; j < columns; j++) {
          const place = i * columns + j;
          d[place] += head.q(t, i) * at(j);
          ofQuery += all[t + 1][place] * at(j);
          ofKey += d[place] * head.v(t, j);
          ofValue[j] += d[place] * head.k(t, i);
          ofDecay += d[place] * head.kept(t, i) * all[t][place];
          d[place] *= head.kept(t, i);
        }
        dq.data[head.key(t, i)] = ofQuery;
        dk.data[head.key(t, i)] = ofKey;
        if (ddecay !== undefined) ddecay.data[head.decay(t, i)] += ofDecay;
      }
      for (let j = 0; j < sizes.dv; j++) dv.data[head.value(t, j)] = ofValue[j];
    }
    dstart?.data.set(d, head.matrix);
  });
};
