// Lowering of globalNorm: one entry a gradient, one for the sum.
import { emitFinish, emitFlat } from '../../kernel/emit/rows-devices.ts';
import { at, real, type Lowering } from '../../plan/lowering.ts';
import { elements } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { normKernel } from './kernel.ts';

/** Elements of one partial sum. */
const NORM_CHUNK = 4096;

export const globalNormCpu: Lowering<OpAttrs['globalNorm']> = (table, { max }) => {
  const counts = table.inputs.map((gradient) => Math.ceil(elements(gradient) / NORM_CHUNK));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const partials = table.workspace(total * 8);
  const sums = { kernel: normKernel, attributes: [real(max)] };
  let done = 0;
  table.inputs.forEach((gradient, i) => {
    emitFlat(table, sums, [gradient], at(partials, done * 8), NORM_CHUNK);
    done += counts[i] ?? 0;
  });
  emitFinish(table, sums, partials, total);
};
