// The webgpu lowering of each op by kind, from the op records.
import type { AnyOp, GpuKernel } from '../../ops/op.ts';
import { records } from '../../ops/registry.ts';

/** The property that `get` returns, for the ops that have it. */
const found = <T>(get: (kernel: GpuKernel<never>, op: AnyOp) => T | undefined): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(records).flatMap(([kind, op]) => {
      const value = get(op.kernels.webgpu, op);
      return value === undefined ? [] : [[kind, value]];
    }),
  );

export const gpuLowerings = found((kernel) => ('lower' in kernel ? kernel.lower : undefined));

/** Ops whose nodes are lowered together. */
export const gpuRuns = found((kernel) => ('run' in kernel ? kernel.run : undefined));

/** Elementwise ops, as functions of one number of each input: they can be fused where an input is computed. */
export const gpuElements = found((kernel) => ('lower' in kernel ? kernel.element : undefined));

/** Ops whose lowering can apply epilogues, and the ops that may follow. */
export const gpuFollowed: ReadonlySet<string> = new Set(
  Object.keys(found((kernel) => ('lower' in kernel && kernel.follows === true ? true : undefined))),
);
