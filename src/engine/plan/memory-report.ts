// Adds up the regions of a planned memory by what they are for. Pure arithmetic; the sum is checked against the whole.
import { bytesOf } from '../core/tensor.ts';
import type { Variable, VariableRole } from '../graph/graph.ts';
import type { MemoryReport } from '../spec/metrics.ts';

/** Sizes of everything in a planned memory, in bytes. */
export interface Regions {
  readonly variables: readonly Variable[];
  /** Weight gradients between backward pass and optimiser. */
  readonly gradients: number;
  readonly activations: number;
  /** Workspace shared by the threads, and the private scratch of all of them. */
  readonly workspace: number;
  /** The whole memory, control block, op table, alignment and page rounding included. */
  readonly total: number;
}

const linesOf: Readonly<Record<VariableRole, 'weights' | 'gradients' | 'optimiser' | 'inputOutput'>> = {
  weight: 'weights',
  gradient: 'gradients',
  optimiser: 'optimiser',
  state: 'inputOutput',
  input: 'inputOutput',
  output: 'inputOutput',
};

/** Exact bytes by category. What no other line holds (control block, op table, alignment, page rounding) is in `inputOutput`. */
export function memoryReport(regions: Regions): MemoryReport {
  const lines = { weights: 0, gradients: regions.gradients, optimiser: 0, inputOutput: 0 };
  for (const variable of regions.variables) lines[linesOf[variable.role]] += bytesOf(variable.type);
  const named = lines.weights + lines.gradients + lines.optimiser + regions.activations + regions.workspace;
  if (named + lines.inputOutput > regions.total) {
    throw new Error(
      `memory report: the parts take ${named + lines.inputOutput} bytes, got a total of ${regions.total}`,
    );
  }
  return {
    weights: lines.weights,
    gradients: lines.gradients,
    optimiser: lines.optimiser,
    activations: regions.activations,
    workspace: regions.workspace,
    inputOutput: regions.total - named,
    total: regions.total,
  };
}
