// The exact sizes of the reference device by category. It keeps every array it makes, so its plan is its allocation.
import type { VariableRole } from '../../graph/graph.ts';
import type { MemoryReport } from '../../spec/metrics.ts';

/** One array and what it is for: the role of its variable, or the result of an op. */
export interface OwnedArray {
  readonly role: VariableRole | 'scratch';
  readonly data: Pick<Float64Array, 'byteLength'>;
}

const categories: Readonly<Record<OwnedArray['role'], Exclude<keyof MemoryReport, 'total'>>> = {
  weight: 'weights',
  gradient: 'gradients',
  optimiser: 'optimiser',
  scratch: 'activations',
  state: 'inputOutput',
  input: 'inputOutput',
  output: 'inputOutput',
};

/** Bytes by category. Results of ops all count as activations: none of them is ever reused. */
export function reportOf(arrays: readonly OwnedArray[]): MemoryReport {
  const bytes = { weights: 0, gradients: 0, optimiser: 0, activations: 0, workspace: 0, inputOutput: 0 };
  for (const { role, data } of arrays) bytes[categories[role]] += data.byteLength;
  const total = Object.values(bytes).reduce((sum, part) => sum + part, 0);
  return { ...bytes, total };
}
