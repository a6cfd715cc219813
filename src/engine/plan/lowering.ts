// How an op becomes entries of the op table: the interface of lowerings (ops/*/cpu.ts). Pure data; addresses are not known yet, so a lowering uses places. Independent of kernels and devices.
import type { TensorType } from '../core/tensor.ts';
import type { ValueId } from '../graph/graph.ts';

/** Bytes a kernel reads or writes: in a value (or the variable behind it), or in the node's shared workspace. */
export interface Place {
  readonly value: ValueId | null;
  /** Bytes from the start of the value, or of the workspace when `value` is null. */
  readonly offset: number;
}

/** An input or output of the node. */
export interface Operand extends Place {
  readonly type: TensorType;
  readonly bytes: number;
}

/**
 * A 32-bit word of an entry: an integer, a float, an address to be filled in, or a number that grows by `perPiece` with each piece of the
 * batch (the first element of the piece, 0 when the batch is done in one). `null` = address 0 (an operand left out).
 */
export type Argument = number | { readonly real: number } | { readonly perPiece: number } | Place | null;

/**
 * Bytes that an entry touches. With `stride`, unit k touches only [k stride, (k + 1) stride) of them; without, any unit may touch all.
 * Private scratch of a thread is not listed: no other thread sees it.
 */
export interface Access {
  readonly place: Place;
  readonly bytes: number;
  readonly stride?: number;
  /** With `group`, this many consecutive units share a piece: unit k touches piece floor(k / group). */
  readonly group?: number;
}

/** One entry of the op table: `units` pieces of work whose results do not depend on which thread does them. */
export interface Command {
  /** Name of the kernel: a function of the kernel modules. */
  readonly kernel: string;
  readonly units: number;
  readonly args: readonly Argument[];
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
}

/** Block sizes of a kernel module's matrix product: they decide scratch and workspace, never what an entry means. */
export interface KernelTraits {
  readonly module: string;
  /** Columns of a packed panel of B; the last one is as wide as the next multiple of `lanes`. */
  readonly panel: number;
  readonly lanes: number;
  /** Rows of A are packed in multiples of this. */
  readonly rows: number;
  /** Extents of K, M and N that are packed at a time. */
  readonly kc: number;
  readonly mc: number;
  readonly nc: number;
  /** Floats from row to row of packed A; null = as many as are packed at a time. */
  readonly row: number | null;
  /** Scratch of a product besides its packed operands. */
  readonly fixedBytes: number;
  /** Recurrent cells compute the product with their input step by step. */
  readonly layers: boolean;
}

/** The module that is always available (device/cpu/wasm/gemm.as.ts). */
export const wasmKernels: KernelTraits = {
  module: 'wasm simd128',
  panel: 8,
  lanes: 8,
  rows: 4,
  kc: 256,
  mc: 100,
  nc: 512,
  row: null,
  fixedBytes: 256,
  layers: false,
};

/** What a lowering gets: the operands of its node, and where to put entries and ask for workspace. */
export interface TableWriter {
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  /** The module that will run the entries. */
  readonly kernels: KernelTraits;
  /** Entries run in the order they are emitted; barriers between them follow from their accesses. */
  emit(command: Command): void;
  /** Workspace that all threads see and that lives from this call to the end of the node. */
  workspace(bytes: number): Place;
  /** Requests at least this many private bytes per thread (64-byte aligned) while the node runs; kernels find it by `scratch(thread)`. */
  scratch(bytes: number): void;
}

/** Lowers one node. Called once for each node when a program is compiled. */
export type Lowering<A extends object> = (table: TableWriter, attrs: A) => void;

/** `place` moved by some bytes. */
export const at = (place: Place, bytes: number): Place => ({ value: place.value, offset: place.offset + bytes });

/** Marks a number as a 32-bit float argument. */
export const real = (value: number): Argument => ({ real: value });

/** A 64-bit float as two arguments. */
export function double(value: number): readonly [low: number, high: number] {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, value, true);
  return [words.getInt32(0, true), words.getInt32(4, true)];
}

/** Access to all of an operand by any unit. */
export const whole = (operand: Operand): Access => ({ place: operand, bytes: operand.bytes });

/** Access to an operand where unit k touches only its k-th piece of `stride` bytes. */
export const pieces = (operand: Operand, stride: number): Access => ({ place: operand, bytes: operand.bytes, stride });

/** Operand `index` of a list; asking for one that the op does not have is a bug. */
export function operand(list: readonly Operand[], index: number): Operand {
  const found = list[index];
  if (!found) throw new Error(`lowering: operand ${index} is required, got a node with ${list.length}`);
  return found;
}
