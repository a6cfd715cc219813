// One record per op, with everything the program needs to know about it. An incomplete record does not compile. A family is a folder whose
// records index.ts passes to the registry, gradient ops included. Independent of ops.
import type { OpDef } from '../graph/op-def.ts';
import type { MapKernel } from '../kernel/map.ts';
import type { RowKernel } from '../kernel/rows.ts';
import type { ScanKernel } from '../kernel/scan.ts';
import type { ElementCode, GpuLowering, GpuRun } from '../plan/gpu/lowering.ts';
import type { Lowering } from '../plan/lowering.ts';
import type { SampleRule } from '../plan/slab/sample-rule.ts';
import type { Case } from './cases.ts';
import { gradient, type HalfRuleOf } from './half-rule.ts';
import type { ReferenceKernel } from './reference-kernel.ts';
import type { TfKernel } from './tfjs-kernel.ts';
import type { Tolerance } from './tolerance.ts';

/**
 * How the cpu device computes an op: its entries of the op table, and the kernels that this record introduces: `entries` are hand-written
 * (a function in a cpu.as.ts and a KERNEL in a cpu.c of that name), the others are made from descriptions.
 */
export interface CpuKernel<A extends object> {
  readonly lower: Lowering<A>;
  readonly entries?: readonly string[];
  readonly scans?: readonly ScanKernel[];
  readonly maps?: readonly MapKernel[];
  readonly rows?: readonly RowKernel[];
}

/**
 * How the webgpu device computes it: node by node, or several consecutive nodes together. `element`: an elementwise function, which can be
 * fused where an operand is read or a result stored. `follows`: the lowering can fuse such ops into its store.
 */
export type GpuKernel<A extends object> =
  | {
      readonly lower: GpuLowering<A>;
      readonly element?: (attrs: A) => ElementCode;
      readonly follows?: boolean;
    }
  | { readonly run: GpuRun<A> };

export interface GradientOp<K extends string, A extends object> extends OpDef<A> {
  readonly kind: K;
  /** Inputs, outputs and formula, in the letters of kinds.ts: a line of OPS.md. */
  readonly meaning: string;
  /** How it is computed for a part of the batch. */
  readonly split: SampleRule<A>;
  /** Which results tolerate 16-bit storage. */
  readonly half: HalfRuleOf<A>;
  /** How far a device may be from the reference … */
  readonly tolerance: Tolerance;
  /** … and how far with 16-bit activations and inputs rounded to 16 bits; omitted = the same. */
  readonly halfTolerance?: Tolerance;
  /** The definition in float64. */
  readonly reference: ReferenceKernel<A>;
  readonly kernels: {
    readonly cpu: CpuKernel<A>;
    readonly webgpu: GpuKernel<A>;
    readonly tensorflow: TfKernel<A>;
  };
}

/** An op that graphs are built from. */
export interface Op<K extends string, A extends object> extends GradientOp<K, A> {
  /** Test cases for every device, which cover the gradient op too. */
  readonly cases: () => readonly Case<A>[];
}

/** Fields that all records have. */
export interface AnyOp extends GradientOp<string, never> {
  readonly cases?: () => readonly Case<object>[];
}

export const defineOp = <K extends string, A extends object>(record: Op<K, A>): Op<K, A> => record;

/** An op that is only the gradient of another: without cases, and its results stay float32. */
export const defineGradient = <K extends string, A extends object>(
  record: Omit<GradientOp<K, A>, 'half'>,
): GradientOp<K, A> => ({ ...record, half: gradient });
