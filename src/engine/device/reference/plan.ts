// The sizes of the reference device without allocating: one float64 array a variable and a result.
import { sizeOf } from '../../core/tensor.ts';
import type { Program } from '../../graph/graph.ts';
import type { MemoryReport } from '../../spec/metrics.ts';
import { reportOf } from './memory.ts';

/** The same report that a compiled program gives. */
export function planReference(program: Program): MemoryReport {
  const variables = program.variables.map(({ type, role }) => ({ role, data: { byteLength: 8 * sizeOf(type.shape) } }));
  const scratch = program.entries.flatMap(({ values }) =>
    values
      .filter((value) => value.variable === null)
      .map(({ type }) => ({ role: 'scratch' as const, data: { byteLength: 8 * sizeOf(type.shape) } })),
  );
  return reportOf([...variables, ...scratch]);
}
