// What an op gives the webgpu device: dispatches of complete WGSL over byte ranges, and helpers to write that code.
// Independent of Dawn, buffers and ops.
import { itemAt } from '../../core/item.ts';
import type { TensorType } from '../../core/tensor.ts';
import type { ValueId } from '../../graph/graph.ts';
import type { RegionDispatch } from './regions.ts';

/** A byte range of a value, or of the node's workspace (`value` null). The beginning of a value and of a workspace is aligned for bindings. */
export interface GpuPlace {
  readonly value: ValueId | null;
  readonly offset: number;
  readonly bytes: number;
}

export interface GpuOperand extends GpuPlace {
  readonly type: TensorType;
}

/** Traits of the adapter that code may rely on. Sizes chosen by them change the order of sums, so results may differ in bits between adapters. */
export interface GpuTraits {
  /** Invocations of one workgroup. */
  readonly maxInvocations: number;
  /** Bytes of `var<workgroup>` of one workgroup. */
  readonly workgroupBytes: number;
  readonly subgroups: boolean;
  /** A software adapter: barriers cost far more than arithmetic. */
  readonly software: boolean;
  /** Workgroups along one axis of a dispatch. */
  readonly maxGroups: number;
}

export interface GpuDispatch {
  readonly label: string;
  /** Complete WGSL with entry point `main`. Equal texts share one pipeline. */
  readonly code: string;
  /** `@group(0) @binding(i)` in this order, all `var<storage, read_write>`. */
  readonly buffers: readonly GpuPlace[];
  readonly groups: readonly [number, number, number];
}

/** How an op computes one number from one number of each operand. */
export interface ElementCode {
  /** Functions that `expression` uses. */
  readonly functions: string;
  /** WGSL of the result from the f32 expressions of the operands, in the order of the op's inputs. */
  readonly expression: (operands: readonly string[]) => string;
}

/** A following op, done where a result is stored. */
export interface Epilogue extends ElementCode {
  /** Further operands, read at the index of the result and of its size; null = the value so far. */
  readonly operands: readonly (GpuOperand | null)[];
  /** Where its result is stored; null = it is not read. */
  readonly result: GpuOperand | null;
}

export interface GpuWriter {
  readonly inputs: readonly GpuOperand[];
  readonly outputs: readonly GpuOperand[];
  /** Ops fused onto output 0 in the same dispatch, in sequence; only for ops whose lowering supports it. */
  readonly epilogues: readonly Epilogue[];
  /** Whether output 0 itself is stored, or only the results of epilogues. */
  readonly stored: boolean;
  readonly traits: GpuTraits;
  dispatch(dispatch: GpuDispatch): void;
  dispatchRegions(dispatch: RegionDispatch): void;
  /** Memory of this node only; several requests are placed one after another. Its content is undefined when the node starts. */
  workspace(bytes: number): GpuPlace;
  /**
   * Room for `parts` partial results of `target`; their sum in order, times `scale`, becomes the target before another node reads it (not
   * before this one does). Sums of several nodes are added up in one dispatch.
   */
  partialSums(target: GpuOperand, parts: number, scale?: number): Partials;
}

export interface Partials {
  readonly place: GpuPlace;
  /** Numbers from one partial result to the next. */
  readonly stride: number;
}

/** The `value` of places that outlive their node: partial results that wait to be added. */
export const KEPT: ValueId = -1;

export type GpuLowering<A extends object> = (gpu: GpuWriter, attrs: A) => void;

/** One of several consecutive nodes of a kind that change different variables. */
export interface GpuNode<A extends object> {
  readonly inputs: readonly GpuOperand[];
  readonly attrs: A;
}

/** Lowers such nodes together. */
export type GpuRun<A extends object> = (gpu: GpuWriter, nodes: readonly GpuNode<A>[]) => void;

/** How an operand is read: `vec4` = array<vec4<f32>>; left out, the operand's own type or f32. */
export type BindingType = 'f32' | 'i32' | 'u32' | 'vec4';

export interface Bindings {
  readonly declarations: string;
  readonly names: Readonly<Record<string, string>>;
  readonly buffers: readonly GpuPlace[];
}

const WGSL_TYPES: Readonly<Record<BindingType, string>> = { f32: 'f32', i32: 'i32', u32: 'u32', vec4: 'vec4<f32>' };

type Bindable = GpuPlace & { readonly dtype?: BindingType; readonly type?: TensorType };

/**
 * Declares storage bindings for named operands: one binding for operands that share a place (a result in place of its input,
 * the same value twice), since two bindings of one range are not allowed in a dispatch. The device gives values that share
 * their bytes the same `value`. Use `names[x]` in the code; the type is that of the first operand of a place. Bindings reach
 * to the next multiple of 16 bytes, so that a last, partial vec4 can be read (never written beyond the operand's size).
 * An operand left out (null, undefined) gets no binding.
 */
export function bind(named: Readonly<Record<string, Bindable | null | undefined>>): Bindings {
  const names: Record<string, string> = {};
  const buffers: GpuPlace[] = [];
  const owners: string[] = [];
  const declarations: string[] = [];
  for (const [name, operand] of Object.entries(named)) {
    if (!operand) continue;
    const { value, offset, bytes } = operand;
    const same = buffers.findIndex((b) => b.value === value && b.offset === offset && b.bytes === bytes);
    if (same >= 0) {
      names[name] = itemAt(owners, same);
      continue;
    }
    const type = WGSL_TYPES[operand.dtype ?? operand.type?.dtype ?? 'f32'];
    declarations.push(`@group(0) @binding(${buffers.length}) var<storage, read_write> ${name}: array<${type}>;`);
    names[name] = name;
    owners.push(name);
    buffers.push({ value, offset, bytes });
  }
  return { declarations: declarations.join('\n'), names, buffers };
}

/** WGSL expression of a number as f32. A non-finite number calls `NON_FINITE`, which the code must then contain. */
export function real(x: number): string {
  const rounded = Math.fround(x);
  if (Number.isNaN(rounded)) return 'nan()';
  if (rounded === Infinity) return 'infinity()';
  if (rounded === -Infinity) return '(-infinity())';
  if (Object.is(rounded, -0)) return '(-0f)';
  return rounded < 0 ? `(${rounded}f)` : `${rounded}f`;
}

/**
 * `infinity()`, `nan()`, `finite(x)`: WGSL rejects non-finite constants and lets compilers assume that all values are finite, so these work
 * on bits that are unknown before the run.
 */
export const NON_FINITE = `
var<private> exponent_bits: u32 = 0x7f800000u;
fn infinity() -> f32 { return bitcast<f32>(exponent_bits); }
fn nan() -> f32 { return bitcast<f32>(exponent_bits | 0x400000u); }
fn finite(x: f32) -> bool { return (bitcast<u32>(x) & exponent_bits) != exponent_bits; }`;

/** A dispatch of `items` invocations, folded into rows of workgroups if one axis does not suffice. */
export interface FlatLayout {
  readonly groups: readonly [number, number, number];
  /** Attributes and head of `main` up to its brace, with `let index: u32`, and a return for invocations past the end. */
  readonly head: string;
  readonly size: number;
}

/** One invocation an item; for code without barriers. */
export function flat(items: number, traits: GpuTraits, size = 256): FlatLayout {
  const width = Math.min(size, traits.maxInvocations);
  const total = Math.max(1, Math.ceil(items / width));
  const columns = Math.min(total, traits.maxGroups);
  const rows = Math.ceil(total / columns);
  const index = rows === 1 ? 'id.x' : `id.y * ${columns * width}u + id.x`;
  const head = `@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index: u32 = ${index};
  if (index >= ${items}u) { return; }`;
  return { groups: [columns, rows, 1], head, size: width };
}

/** Groups of a dispatch of `count` workgroups that find their number as `group`: `let group: u32 = …` from workgroup_id `wid`. */
export function groupsOf(
  count: number,
  traits: GpuTraits,
): { readonly groups: readonly [number, number, number]; readonly group: string } {
  const columns = Math.max(1, Math.min(count, traits.maxGroups));
  const rows = Math.max(1, Math.ceil(count / columns));
  const group = rows === 1 ? 'wid.x' : `(wid.y * ${columns}u + wid.x)`;
  return { groups: [columns, rows, 1], group };
}

/** Operand `index` of a list; asking for one that the op does not have is a bug. */
export function operand(list: readonly GpuOperand[], index: number): GpuOperand {
  const found = list[index];
  if (!found) throw new Error(`webgpu lowering: operand ${index} is required, got a node with ${list.length}`);
  return found;
}
