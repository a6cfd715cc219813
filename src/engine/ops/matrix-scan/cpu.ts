// Lowerings of matrixScan and its gradient. Unit = sample.
import { operand, type Lowering, type TableWriter } from '../../plan/lowering.ts';
import { bySample, sequenceOf } from '../recurrent-cpu.ts';

function emit(table: TableWriter, kernel: 'matrixScan' | 'matrixScanGrad'): void {
  const [matrix, given] = [0, 1].map((i) => operand(table.inputs, i));
  const result = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(result);
  table.emit({
    kernel,
    units: B,
    args: [matrix, given, result, T, H],
    reads: [matrix, given].map(bySample),
    writes: [bySample(result)],
  });
}

export const matrixScanCpu: Lowering<object> = (table) => emit(table, 'matrixScan');

export const matrixScanGradCpu: Lowering<object> = (table) => emit(table, 'matrixScanGrad');
