// lstm and lstmGrad by TensorFlow's own kernels BlockLSTMV2 and BlockLSTMGradV2, which loop over T inside one call. They want the
// layer's input and both matrices; the op has W_ih x already, so that is their input, with the identity as its matrix. The product with
// the identity is wasted work of 4H by 4H a step: worth it while H is small and calls are what costs.
import type { TfContext, TfNative, TfTensor } from '../tfjs-kernel.ts';

/** Widths up to this are faster this way: at H = 32 seven times, at 128 forward and backward together were slower. */
const widest = 64;

/** TensorFlow's library, when it is there and the width makes its kernel worthwhile. */
export const blockNative = ({ native }: TfContext, width: number): TfNative | null => (width <= widest ? native : null);

export interface BlockState {
  readonly h0: TfTensor | undefined;
  readonly c0: TfTensor | undefined;
}

/** [B, T, N] and [T, B, N] into each other. */
const swap = ({ tf }: TfContext, x: TfTensor): TfTensor => tf.transpose(x, [1, 0, 2]);

/** What both kernels take: length, input, states, the identity over W^T, no peepholes, no bias. */
function operands(c: TfContext, native: TfNative, x: TfTensor, weight: TfTensor, state: BlockState): TfTensor[] {
  const { tf } = c;
  const [time, batch] = x.shape;
  const width = weight.shape[1];
  const places = tf.range(0, 4 * width, 1, 'int32');
  const identity = tf.cast(tf.equal(tf.reshape(places, [-1, 1]), places), 'float32');
  const zeros = (...shape: number[]): TfTensor => tf.fill(shape, 0, 'float32');
  const start = (given: TfTensor | undefined): TfTensor => given ?? zeros(batch, width);
  const matrix = tf.concat([identity, tf.transpose(weight)], 0); // [4H + H, 4H]
  const peephole = zeros(width);
  return [
    native.int64(time),
    x,
    start(state.c0),
    start(state.h0),
    matrix,
    peephole,
    peephole,
    peephole,
    zeros(4 * width),
  ];
}

const shared = { use_peephole: { type: 'bool', value: false }, T: { type: 'dtype', value: 'float32' } } as const;

/** [h, c, gates] as `lstm` gives them. */
export function blockLstm(
  context: TfContext,
  native: TfNative,
  [gx, weight]: readonly TfTensor[],
  state: BlockState,
): TfTensor[] {
  const inputs = operands(context, native, swap(context, gx), weight, state);
  const attributes = { ...shared, cell_clip: { type: 'float', value: -1 } } as const;
  const [i, c, f, o, g, , h] = native.run('BlockLSTMV2', attributes, inputs, 7);
  return [swap(context, h), swap(context, c), swap(context, context.tf.concat([i, f, g, o], 2))];
}

/** [dgx, dweight, dh0, dc0] from (weight, h, c, gates, dh, dc). The input matters to the gradient of its matrix only: zeros do. */
export function blockLstmGrad(
  context: TfContext,
  native: TfNative,
  given: readonly TfTensor[],
  state: BlockState,
): TfTensor[] {
  const { tf } = context;
  const weight = given[0];
  const [h, c, gates, dh, dc] = given.slice(1, 6).map((x) => swap(context, x));
  const width = weight.shape[1];
  const [i, f, g, o] = tf.split(gates, [width, width, width, width], 2);
  const inputs = operands(context, native, tf.fill(gates.shape, 0, 'float32'), weight, state);
  const forward = [i, c, f, o, g, tf.tanh(c), h];
  const results = native.run('BlockLSTMGradV2', shared, [...inputs, ...forward, dc, dh], 8);
  const [dx, dc0, dh0, dmatrix] = results;
  const dweight = tf.transpose(tf.slice(dmatrix, [4 * width, 0], [width, 4 * width]));
  return [swap(context, dx), dweight, dh0, dc0];
}
