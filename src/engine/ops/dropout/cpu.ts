// Lowering of dropout. Rate and stream are fixed by the plan; seed and step are read from memory at every run.
import { operand, real, whole, type Lowering } from '../../plan/lowering.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { dropoutThreshold, elementsOfSample } from './mask.ts';

export const dropoutCpu: Lowering<OpAttrs['dropout']> = (table, { rate, stream }) => {
  const x = operand(table.inputs, 0);
  const counter = operand(table.inputs, 1);
  const y = operand(table.outputs, 0);
  const numbers = [elements(x), dropoutThreshold(rate) | 0, real(1 / (1 - rate)), stream | 0];
  const args = [x, counter, y, ...numbers, { perPiece: elements(x) }, elementsOfSample(x.type.shape)];
  table.emit(elementwise('dropout', x, args, [chunked(x), whole(counter)], [chunked(y)]));
};
