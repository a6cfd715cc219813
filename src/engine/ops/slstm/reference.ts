// The definition of slstm and slstmGrad: one sample and one step at a time.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { stateBefore } from '../recurrent-reference.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

/** The logarithm of no weight at all. */
export const nothingYet = -1e38;

/** log(1 + e^x). */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

interface Sizes {
  readonly heads: number;
  /** Channels of a head. */
  readonly size: number;
}

const sizesOf = ({ shape: [heads, , size] }: ReferenceTensor): Sizes => ({ heads, size });

/** Place of gate `gate` of channel k (counted over all heads) in a row of gx. */
const gateAt = (k: number, gate: number, { size }: Sizes): number =>
  Math.floor(k / size) * 4 * size + gate * size + (k % size);

/** Row of the matrix that belongs to place `at` of gx, times the state of its head. */
function rowTimes(weight: ReferenceTensor, at: number, state: Float64Array, { size }: Sizes): number {
  const head = Math.floor(at / (4 * size));
  let sum = 0;
  for (let j = 0; j < size; j++) sum += weight.data[at * size + j] * state[head * size + j];
  return sum;
}

/** Mean and weight before step t of sample n. */
function cellBefore(cells: ReferenceTensor, start: ReferenceTensor | undefined, n: number, t: number): Float64Array {
  if (t > 0 || start !== undefined) return stateBefore(cells, start, n, t);
  const width = cells.shape[2];
  return new Float64Array(width).fill(nothingYet, width / 2);
}

export const slstmReference: ReferenceKernel<OpAttrs['slstm']> = ([gx, weight, h0, cells0], [h, cells, gates]) => {
  const [batch, time, width] = h.shape;
  const sizes = sizesOf(weight);
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < time; t++) {
      const row = n * time + t;
      const hBefore = stateBefore(h, h0, n, t);
      const before = cellBefore(cells, cells0, n, t);
      for (let k = 0; k < width; k++) {
        const pre = (gate: number): number => {
          const at = gateAt(k, gate, sizes);
          return gx.data[row * 4 * width + at] + rowTimes(weight, at, hBefore, sizes);
        };
        const [key, f] = [pre(0), pre(1)];
        const old = before[width + k] - softplus(-f);
        const [share, z, o] = [sigmoid(key - old), Math.tanh(pre(2)), sigmoid(pre(3))];
        const mean = before[k] + share * (z - before[k]);
        cells.data[row * 2 * width + k] = mean;
        cells.data[row * 2 * width + width + k] = Math.max(key, old) + softplus(-Math.abs(key - old));
        h.data[row * width + k] = o * mean;
        [share, sigmoid(f), z, o].forEach((value, gate) => {
          gates.data[row * 4 * width + gateAt(k, gate, sizes)] = value;
        });
      }
    }
  }
};

export const slstmGradReference: ReferenceKernel<OpAttrs['slstmGrad']> = (
  [weight, h, cells, gates, dh, dcells, h0, cells0],
  [dgx, dweight, dh0, dcells0],
) => {
  const [batch, time, width] = h.shape;
  const sizes = sizesOf(weight);
  dweight.data.fill(0);
  for (let n = 0; n < batch; n++) {
    const later = new Float64Array(width);
    const cellsLater = new Float64Array(2 * width);
    for (let t = time - 1; t >= 0; t--) {
      const row = n * time + t;
      const before = cellBefore(cells, cells0, n, t);
      const dpre = dgx.data.subarray(row * 4 * width, (row + 1) * 4 * width);
      for (let k = 0; k < width; k++) {
        const [share, f, z, o] = [0, 1, 2, 3].map((gate) => gates.data[row * 4 * width + gateAt(k, gate, sizes)]);
        const dshown = dh.data[row * width + k] + later[k];
        const dmean = dcells.data[row * 2 * width + k] + cellsLater[k] + dshown * o;
        const dweights = dcells.data[row * 2 * width + width + k] + cellsLater[width + k];
        const dapart = dmean * (z - before[k]) * share * (1 - share);
        const dold = dweights * (1 - share) - dapart;
        const found = [
          dapart + dweights * share,
          dold * (1 - f),
          dmean * share * (1 - z * z),
          dshown * cells.data[row * 2 * width + k] * o * (1 - o),
        ];
        found.forEach((value, gate) => {
          dpre[gateAt(k, gate, sizes)] = value;
        });
        cellsLater[k] = dmean * (1 - share);
        cellsLater[width + k] = dold;
      }
      backThroughHeads(weight, dweight, dpre, stateBefore(h, h0, n, t), later);
    }
    dh0?.data.set(later, n * width);
    dcells0?.data.set(cellsLater, n * 2 * width);
  }
};

/** dstate = W^T dpre and dweight += dpre state^T in each head, for one step of one sample. */
function backThroughHeads(
  weight: ReferenceTensor,
  dweight: ReferenceTensor,
  dpre: Float64Array,
  state: Float64Array,
  dstate: Float64Array,
): void {
  const { size } = sizesOf(weight);
  dstate.fill(0);
  for (let at = 0; at < dpre.length; at++) {
    const head = Math.floor(at / (4 * size));
    for (let j = 0; j < size; j++) {
      dstate[head * size + j] += weight.data[at * size + j] * dpre[at];
      dweight.data[at * size + j] += dpre[at] * state[head * size + j];
    }
  }
}
