// The parts of planned memory in the order and tones every bar and legend uses. Knows the report, not where it is shown.
import type { MemoryReport } from './metrics.ts';

export const memoryParts = ['weights', 'gradients', 'optimiser', 'activations', 'workspace'] as const;
export type MemoryPart = (typeof memoryParts)[number];

/** Bytes of each part; input, output and alignment are small and shown with the workspace, so that the parts add up to the total. */
export function memoryPartsOf(report: MemoryReport): readonly { readonly part: MemoryPart; readonly bytes: number }[] {
  return memoryParts.map((part) => ({
    part,
    bytes: part === 'workspace' ? report.workspace + report.inputOutput : report[part],
  }));
}
