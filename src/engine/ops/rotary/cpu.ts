// Lowering of rotary. A double as two words of an entry: positions times angles need more digits than a float has.
import { double, operand, pieces, type Lowering } from '../../plan/lowering.ts';
import { angleOf, rotarySizes, type RotaryAttrs } from './angles.ts';

/** Rows of a unit: the angles of a row are computed once for its heads. */
export const rotaryCpu: Lowering<RotaryAttrs> = (table, attrs) => {
  const [x, y] = [operand(table.inputs, 0), operand(table.outputs, 0)];
  const { rows, T, N, pairs, heads } = rotarySizes(x.type, attrs);
  // Cosines and sines of a row, and room for a whole vector after each.
  table.scratch(8 * (pairs + 16));
  table.emit({
    kernel: 'rotary',
    units: rows,
    args: [
      ...[x, y, T, N, pairs, heads, attrs.width, attrs.offset],
      ...double(angleOf(attrs, 1)),
      attrs.halves ? 1 : 0,
      attrs.inverse ? 1 : 0,
    ],
    reads: [pieces(x, 4 * N)],
    writes: [pieces(y, 4 * N)],
  });
};
