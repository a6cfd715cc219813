// One record an op: everything there is to say of it. Leaving something out does not compile. A family is a folder whose records index.ts hands
// to the registry; the gradient op of an op is next to it. Independent of ops.
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
 * How the cpu device computes an op: its entries of the op table, and the kernels behind them that no other record names: `entries`
 * written by hand (a function in a cpu.as.ts and a KERNEL in a cpu.c of that name), the others made from descriptions.
 */
export interface CpuKernel<A extends object> {
  readonly lower: Lowering<A>;
  readonly entries?: readonly string[];
  readonly scans?: readonly ScanKernel[];
  readonly maps?: readonly MapKernel[];
  readonly rows?: readonly RowKernel[];
}

/**
 * How the webgpu device does: node by node, or several that follow each other together. `element`: one number a result, which can be
 * made where an operand is read or a result stored. `follows`: the lowering makes such ops where it stores.
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
  /** How it is done for a part of the batch. */
  readonly split: SampleRule<A>;
  /** Which results bear storage in 16 bits. */
  readonly half: HalfRuleOf<A>;
  /** How far a device may be from the reference … */
  readonly tolerance: Tolerance;
  /** … and how far where activations are stored in 16 bits and inputs are what 16 bits hold; left out = as far. */
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
  /** What it is tested with on every device, its gradient op with it. */
  readonly cases: () => readonly Case<A>[];
}

/** What all records have in common. */
export interface AnyOp extends GradientOp<string, never> {
  readonly cases?: () => readonly Case<object>[];
}

export const defineOp = <K extends string, A extends object>(record: Op<K, A>): Op<K, A> => record;

/** An op that is only the gradient of another: without cases, and its results stay float32. */
export const defineGradient = <K extends string, A extends object>(
  record: Omit<GradientOp<K, A>, 'half'>,
): GradientOp<K, A> => ({ ...record, half: gradient });
