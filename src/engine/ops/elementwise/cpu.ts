// What the lowerings of elementwise ops share: a unit is a chunk of elements, and each chunk reads and writes its own bytes.
import { at, type Access, type Argument, type Command, type Operand, type Place, pieces } from '../../plan/lowering.ts';
import { CHUNK } from '../../plan/opcodes.shared.ts';

const CHUNK_BYTES = CHUNK * 4;

/** Number of 32-bit elements of an operand. */
export const elements = (operand: Operand): number => operand.bytes / 4;

/** Each chunk touches only its own bytes of the operand. */
export const chunked = (operand: Operand): Access => pieces(operand, CHUNK_BYTES);

/** An entry whose units are the chunks of `shape`. */
export function elementwise(
  kernel: string,
  shape: Operand,
  args: readonly Argument[],
  reads: readonly Access[],
  writes: readonly Access[],
): Command {
  return { kernel, units: Math.ceil(elements(shape) / CHUNK), args, reads, writes };
}

/** Copies `bytes` contiguous bytes. */
export function copyCommand(from: Place, to: Place, bytes: number): Command {
  return {
    kernel: 'copy',
    units: Math.ceil(bytes / CHUNK_BYTES),
    args: [from, CHUNK_BYTES, to, CHUNK_BYTES, CHUNK_BYTES, bytes],
    reads: [{ place: from, bytes, stride: CHUNK_BYTES }],
    writes: [{ place: to, bytes, stride: CHUNK_BYTES }],
  };
}

/** Strided pieces of a tensor: `count` of `bytes` each, `stride` bytes from one to the next. Stride 0 repeats one piece. */
export interface Pieces {
  readonly operand: Operand;
  readonly offset: number;
  readonly stride: number;
}

/** Copies `count` pieces of `bytes` bytes from one spacing to another. */
export function copyPieces(count: number, bytes: number, from: Pieces, to: Pieces): Command {
  const limit = (count - 1) * to.stride + bytes;
  return {
    kernel: 'copy',
    units: count,
    args: [at(from.operand, from.offset), from.stride, at(to.operand, to.offset), to.stride, bytes, limit],
    reads: [range(from, count, bytes)],
    writes: [range(to, count, bytes)],
  };
}

function range({ operand, offset, stride }: Pieces, count: number, bytes: number): Access {
  const span = { place: at(operand, offset), bytes: (count - 1) * stride + bytes };
  return stride === 0 ? span : { ...span, stride };
}
