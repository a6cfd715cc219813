// The cells of GRU, LSTM and Elman as Newton's method sees them: results and Jacobians at given states, from what their input gives and their
// recurrent matrix.
import type { ValueId } from '../graph/graph.ts';
import { add, concat, linear, mul, oneMinus, sigmoid, split, square, sub, tanh } from '../ops/functional.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Recurrence } from './deer.ts';

/** h = tanh(gx + W h). */
export const elmanCell =
  (gx: ValueId, weight: ValueId): Recurrence =>
  (builder, before) => {
    const next = tanh(builder, add(builder, gx, linear(builder, before, weight)));
    return { next, blocks: [[{ scale: oneMinus(builder, square(builder, next)), rows: weight }]] };
  };

/** s (1 - s). */
const slope = (builder: GraphBuilder, s: ValueId): ValueId => mul(builder, s, oneMinus(builder, s));

/** Parts of equal size along the last axis. */
function parts(builder: GraphBuilder, x: ValueId, count: number, axis = builder.shape(x).length - 1): ValueId[] {
  const size = (builder.shape(x)[axis] ?? 1) / count;
  return [
    ...split(
      builder,
      x,
      axis,
      Array.from({ length: count }, () => size),
    ),
  ];
}

/** As torch's GRU: gx and rows of W in order r | z | n, `bias` beside W. */
export const gruCell =
  (gx: ValueId, weight: ValueId, bias: ValueId | null): Recurrence =>
  (builder, before) => {
    const [xr = gx, xz = gx, xn = gx] = parts(builder, gx, 3);
    const [hr = gx, hz = gx, inner = gx] = parts(builder, linear(builder, before, weight, bias), 3);
    const [Wr = weight, Wz = weight, Wn = weight] = parts(builder, weight, 3, 0);
    const r = sigmoid(builder, add(builder, xr, hr));
    const z = sigmoid(builder, add(builder, xz, hz));
    const n = tanh(builder, add(builder, xn, mul(builder, r, inner)));
    const next = add(builder, n, mul(builder, z, sub(builder, before, n)));
    const ofContent = mul(builder, oneMinus(builder, z), oneMinus(builder, square(builder, n)));
    const terms = [
      { scale: z, rows: null },
      { scale: mul(builder, sub(builder, before, n), slope(builder, z)), rows: Wz },
      { scale: mul(builder, ofContent, r), rows: Wn },
      { scale: mul(builder, ofContent, mul(builder, inner, slope(builder, r))), rows: Wr },
    ];
    return { next, blocks: [terms] };
  };

/** As torch's LSTM: gx and rows of W in order i | f | g | o; states are h | c. */
export const lstmCell =
  (gx: ValueId, weight: ValueId): Recurrence =>
  (builder, before) => {
    const [h = before, c = before] = parts(builder, before, 2);
    const H = builder.shape(h)[2] ?? 1;
    const [Wi = weight, Wf = weight, Wg = weight, Wo = weight] = parts(builder, weight, 4, 0);
    const [pi = gx, pf = gx, pg = gx, po = gx] = parts(builder, add(builder, gx, linear(builder, h, weight)), 4);
    const [i, f, o] = [pi, pf, po].map((gate) => sigmoid(builder, gate));
    const g = tanh(builder, pg);
    if (i === undefined || f === undefined || o === undefined) throw new Error('DEER: an LSTM has three gates');
    const cell = add(builder, mul(builder, f, c), mul(builder, i, g));
    const shown = tanh(builder, cell);
    const next = concat(builder, [mul(builder, o, shown), cell], 2);
    const ofCell = [
      { scale: mul(builder, g, slope(builder, i)), rows: Wi },
      { scale: mul(builder, c, slope(builder, f)), rows: Wf },
      { scale: mul(builder, i, oneMinus(builder, square(builder, g))), rows: Wg },
      { scale: f, rows: null, at: H },
    ];
    const through = mul(builder, o, oneMinus(builder, square(builder, shown)));
    const ofState = [
      ...ofCell.map((term) => ({ ...term, scale: mul(builder, through, term.scale) })),
      { scale: mul(builder, shown, slope(builder, o)), rows: Wo },
    ];
    return { next, blocks: [ofState, ofCell] };
  };
