// Lowering of globalNorm: one entry a gradient, one for the sum.
import { at, operand, pieces, real, whole, type Lowering } from '../../plan/lowering.ts';
import { elements } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

/** Elements of one partial sum. */
const NORM_CHUNK = 4096;

export const globalNormCpu: Lowering<OpAttrs['globalNorm']> = (table, { max }) => {
  const counts = table.inputs.map((g) => Math.ceil(elements(g) / NORM_CHUNK));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const partials = table.workspace(total * 8);
  let done = 0;
  table.inputs.forEach((g, i) => {
    const count = counts[i] ?? 0;
    const place = at(partials, done * 8);
    table.emit({
      kernel: 'normPartial',
      units: count,
      args: [g, elements(g), NORM_CHUNK, place],
      reads: [pieces(g, NORM_CHUNK * 4)],
      writes: [{ place, bytes: count * 8, stride: 8 }],
    });
    done += count;
  });
  const norm = operand(table.outputs, 0);
  const factor = operand(table.outputs, 1);
  table.emit({
    kernel: 'normFinish',
    units: 1,
    args: [partials, total, norm, factor, real(max)],
    reads: [{ place: partials, bytes: total * 8 }],
    writes: [whole(norm), whole(factor)],
  });
};
