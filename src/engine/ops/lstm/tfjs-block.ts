// lstm and lstmGrad by TensorFlow's own kernels BlockLSTMV2 and BlockLSTMGradV2, which loop over T inside one call. They take the layer's
// input and one matrix, W_ih over W_hh; columns in our order of gates, no bias of their own. If only W_ih x is given, it is their input
// with the identity as matrix: a wasted 4H by 4H product per step, which pays off while H is small and calls dominate the cost.
import type { TfContext, TfNative, TfTensor } from '../tfjs-kernel.ts';

/** Up to this width the identity trick is faster: seven times at H = 32, while at 128 forward and backward together were slower. */
const widest = 64;

/** TensorFlow's library if it is available and its kernel pays off on W_ih x at this width. */
export const blockNative = ({ native }: TfContext, width: number): TfNative | null => (width <= widest ? native : null);

export interface BlockState {
  readonly h0: TfTensor | undefined;
  readonly c0: TfTensor | undefined;
}

/** The map from the input to the gates: W_ih [4H, N] and the sum of both biases [4H]. */
export interface BlockInput {
  readonly weightIh: TfTensor;
  readonly bias: TfTensor;
}

/** Swaps [B, T, N] and [T, B, N]. */
const swap = ({ tf }: TfContext, x: TfTensor): TfTensor => tf.transpose(x, [1, 0, 2]);

/** For an input that is W_ih x already. */
export function identityInput({ tf }: TfContext, width: number): BlockInput {
  const places = tf.range(0, 4 * width, 1, 'int32');
  const identity = tf.cast(tf.equal(tf.reshape(places, [-1, 1]), places), 'float32');
  return { weightIh: identity, bias: tf.fill([4 * width], 0, 'float32') };
}

/** What both kernels take: length, input [T, B, N], states, the matrix [N + H, 4H], no peepholes, the bias. */
function operands(
  c: TfContext,
  native: TfNative,
  x: TfTensor,
  [weight, { weightIh, bias }]: readonly [TfTensor, BlockInput],
  state: BlockState,
): TfTensor[] {
  const { tf } = c;
  const [time, batch] = x.shape;
  const width = weight.shape[1];
  const start = (given: TfTensor | undefined): TfTensor => given ?? tf.fill([batch, width], 0, 'float32');
  const matrix = tf.concat([tf.transpose(weightIh), tf.transpose(weight)], 0);
  const peephole = tf.fill([width], 0, 'float32');
  return [native.int64(time), x, start(state.c0), start(state.h0), matrix, peephole, peephole, peephole, bias];
}

const shared = { use_peephole: { type: 'bool', value: false }, T: { type: 'dtype', value: 'float32' } } as const;

/** [h, c, gates] as `lstm` gives them, from an input [B, T, N]. */
export function blockLstm(
  context: TfContext,
  native: TfNative,
  [x, weight]: readonly TfTensor[],
  input: BlockInput,
  state: BlockState,
): TfTensor[] {
  const inputs = operands(context, native, swap(context, x), [weight, input], state);
  const attributes = { ...shared, cell_clip: { type: 'float', value: -1 } } as const;
  const [i, c, f, o, g, , h] = native.run('BlockLSTMV2', attributes, inputs, 7);
  return [swap(context, h), swap(context, c), swap(context, context.tf.concat([i, f, g, o], 2))];
}

export interface BlockGradient {
  /** [B, T, N]. */
  readonly dx: TfTensor;
  readonly dweight: TfTensor;
  readonly dweightIh: TfTensor;
  readonly dbias: TfTensor;
  readonly dh0: TfTensor;
  readonly dc0: TfTensor;
}

/** From (weight, h, c, gates, dh, dc) and the input; null = zeros, which only the gradient of its matrix would notice. */
export function blockLstmGrad(
  context: TfContext,
  native: TfNative,
  given: readonly TfTensor[],
  input: BlockInput & { readonly x: TfTensor | null },
  state: BlockState,
): BlockGradient {
  const { tf } = context;
  const weight = given[0];
  const [h, c, gates, dh, dc] = given.slice(1, 6).map((x) => swap(context, x));
  const width = weight.shape[1];
  const [i, f, g, o] = tf.split(gates, [width, width, width, width], 2);
  const x = input.x === null ? tf.fill(gates.shape, 0, 'float32') : swap(context, input.x);
  const inputs = operands(context, native, x, [weight, input], state);
  const forward = [i, c, f, o, g, tf.tanh(c), h];
  const results = native.run('BlockLSTMGradV2', shared, [...inputs, ...forward, dc, dh], 8);
  const [dx, dc0, dh0, dmatrix] = results;
  const wide = x.shape[2];
  const rows = (from: number, count: number): TfTensor =>
    tf.transpose(tf.slice(dmatrix, [from, 0], [count, 4 * width]));
  return { dx: swap(context, dx), dweight: rows(wide, width), dweightIh: rows(0, wide), dbias: results[7], dh0, dc0 };
}
