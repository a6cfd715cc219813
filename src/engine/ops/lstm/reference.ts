// The definition of lstm and lstmGrad: one sample and one step at a time. As a layer, W_ih x + bias is computed first and its gradient
// last, both in arrays of their own.
import type { OpAttrs } from '../kinds.ts';
import { backThroughWeight, rowTimes, stateBefore } from '../recurrent-reference.ts';
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

type Tensors = readonly ReferenceTensor[];

export const lstmReference: ReferenceKernel<OpAttrs['lstm']> = (inputs, outputs, { layer = false }) => {
  if (!layer) return overTime(inputs, outputs);
  const [x, weight, weightIh, bias, ...start] = inputs;
  const [batch, time] = x.shape;
  const width = bias.data.length;
  const gx = { shape: [batch, time, width], data: new Float64Array(batch * time * width) };
  for (let row = 0; row < batch * time; row++) {
    const step = rowOf(x, row);
    for (let k = 0; k < width; k++) gx.data[row * width + k] = rowTimes(weightIh, k, step) + bias.data[k];
  }
  overTime([gx, weight, ...start], outputs);
};

/** Row `row` of a tensor read as a matrix. */
function rowOf({ shape, data }: ReferenceTensor, row: number): Float64Array {
  const width = shape[shape.length - 1];
  return data.subarray(row * width, (row + 1) * width);
}

function overTime([gx, weight, h0, c0]: Tensors, [h, c, gates]: Tensors): void {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < time; t++) {
      const row = n * time + t;
      const hBefore = stateBefore(h, h0, n, t);
      const cBefore = stateBefore(c, c0, n, t);
      for (let k = 0; k < width; k++) {
        const pre = (gate: number) =>
          gx.data[row * 4 * width + gate * width + k] + rowTimes(weight, gate * width + k, hBefore);
        const [i, f, g, o] = [sigmoid(pre(0)), sigmoid(pre(1)), Math.tanh(pre(2)), sigmoid(pre(3))];
        [i, f, g, o].forEach((value, gate) => {
          gates.data[row * 4 * width + gate * width + k] = value;
        });
        c.data[row * width + k] = f * cBefore[k] + i * g;
        h.data[row * width + k] = o * Math.tanh(c.data[row * width + k]);
      }
    }
  }
}

export const lstmGradReference: ReferenceKernel<OpAttrs['lstmGrad']> = (inputs, outputs, attrs) => {
  const { layer = false, through = false } = attrs;
  if (through) return backThroughInput(inputs, outputs);
  if (!layer) return backInTime(inputs, outputs);
  const [{ shape }] = outputs;
  const dgx = zerosOf([shape[0], shape[1], inputs[0].shape[0]]);
  backAsLayer(inputs, [dgx, ...outputs]);
};

const zerosOf = (shape: readonly number[]): ReferenceTensor => ({
  shape,
  data: new Float64Array(shape.reduce((size, extent) => size * extent, 1)),
});

/** The layer form whose dgx is an output and whose c has no gradient. */
function backThroughInput(inputs: Tensors, outputs: Tensors): void {
  backAsLayer([...inputs.slice(0, 5), zerosOf(inputs[4].shape), ...inputs.slice(5)], outputs);
}

function backAsLayer(inputs: Tensors, [dgx, dx, dweight, dweightIh, dbias, ...dstart]: Tensors): void {
  const [x, weightIh, ...start] = inputs.slice(6);
  const width = dbias.data.length;
  backInTime([...inputs.slice(0, 6), ...start], [dgx, dweight, ...dstart]);
  for (const { data } of [dx, dweightIh, dbias]) data.fill(0);
  for (let row = 0; row < x.shape[0] * x.shape[1]; row++) {
    const dpre = rowOf(dgx, row);
    backThroughWeight(weightIh, dweightIh, dpre, rowOf(x, row), rowOf(dx, row));
    for (let k = 0; k < width; k++) dbias.data[k] += dpre[k];
  }
}

function backInTime([weight, h, c, gates, dh, dc, h0, c0]: Tensors, [dgx, dweight, dh0, dc0]: Tensors): void {
  const [batch, time, width] = h.shape;
  dweight.data.fill(0);
  for (let n = 0; n < batch; n++) {
    let dhLater = new Float64Array(width);
    const dcLater = new Float64Array(width);
    for (let t = time - 1; t >= 0; t--) {
      const row = n * time + t;
      const cBefore = stateBefore(c, c0, n, t);
      const dpre = dgx.data.subarray(row * 4 * width, (row + 1) * 4 * width);
      for (let k = 0; k < width; k++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates.data[row * 4 * width + gate * width + k]);
        const squashed = Math.tanh(c.data[row * width + k]);
        const dhere = dh.data[row * width + k] + dhLater[k];
        const dcell = dc.data[row * width + k] + dcLater[k] + dhere * o * (1 - squashed * squashed);
        dpre[k] = dcell * g * i * (1 - i);
        dpre[width + k] = dcell * cBefore[k] * f * (1 - f);
        dpre[2 * width + k] = dcell * i * (1 - g * g);
        dpre[3 * width + k] = dhere * squashed * o * (1 - o);
        dcLater[k] = dcell * f;
      }
      dhLater = new Float64Array(width);
      backThroughWeight(weight, dweight, dpre, stateBefore(h, h0, n, t), dhLater);
    }
    dh0?.data.set(dhLater, n * width);
    dc0?.data.set(dcLater, n * width);
  }
}
