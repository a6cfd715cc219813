// Lowering of rotary. A double as two words of an entry: positions times angles need more digits than a float has.
import { double, operand, whole, type Lowering } from '../../plan/lowering.ts';
import { angleOf, rotarySizes, type RotaryAttrs } from './angles.ts';

/** Unit = position of all samples: its angles are computed once. */
export const rotaryCpu: Lowering<RotaryAttrs> = (table, attrs) => {
  const [x, y] = [operand(table.inputs, 0), operand(table.outputs, 0)];
  const { B, T, N, pairs, heads } = rotarySizes(x.type, attrs);
  // Cosines and sines for every number of a head, and room for a whole vector after each.
  table.scratch(8 * (2 * pairs + 16));
  table.emit({
    kernel: 'rotary',
    units: T,
    args: [
      ...[x, y, T, N, pairs, heads, attrs.width, attrs.offset],
      ...double(angleOf(attrs, 1)),
      attrs.halves ? 1 : 0,
      attrs.inverse ? 1 : 0,
      B,
    ],
    reads: [whole(x)],
    writes: [whole(y)],
  });
};
