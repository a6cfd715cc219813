// Lowering of meanSquaredError.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { CHUNK } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const meanSquaredErrorCpu: Lowering<OpAttrs['meanSquaredError']> = (table) => {
  const [prediction, target, mask] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const [loss, counted] = [0, 1].map((i) => operand(table.outputs, i));
  const n = elements(prediction);
  const count = Math.ceil(n / CHUNK);
  const partials = table.workspace(count * 16);
  const reads = [prediction, target, mask].map(chunked);
  const writes = [{ place: partials, bytes: count * 16, stride: 16 }];
  table.emit(elementwise('squaredError', prediction, [prediction, target, mask, n, partials], reads, writes));
  table.emit({
    kernel: 'squaredErrorFinish',
    units: 1,
    args: [partials, count, loss, counted],
    reads: [{ place: partials, bytes: count * 16 }],
    writes: [whole(loss), whole(counted)],
  });
};
