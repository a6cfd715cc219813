// How the webgpu device computes each op, by kind: what the records say.
import type { AnyOp, GpuKernel } from '../../ops/op.ts';
import { records } from '../../ops/registry.ts';

/** What `get` finds for the ops that have it. */
const found = <T>(get: (kernel: GpuKernel<never>, op: AnyOp) => T | undefined): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(records).flatMap(([kind, op]) => {
      const value = get(op.kernels.webgpu, op);
      return value === undefined ? [] : [[kind, value]];
    }),
  );

export const gpuLowerings = found((kernel) => ('lower' in kernel ? kernel.lower : undefined));

/** Ops whose nodes are done together. */
export const gpuRuns = found((kernel) => ('run' in kernel ? kernel.run : undefined));

/** Ops that are one number a result, by what they make of one number of each input: they can be done where an input is made. */
export const gpuElements = found((kernel) => ('lower' in kernel ? kernel.element : undefined));

/** Ops whose lowering does what follows, and the results of others that it may be followed by. */
export const gpuFollowed: ReadonlySet<string> = new Set(
  Object.keys(found((kernel) => ('lower' in kernel && kernel.follows === true ? true : undefined))),
);
