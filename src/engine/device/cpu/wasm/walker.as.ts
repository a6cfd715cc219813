// Executes a range of the op table: one thread's share of every entry, with a barrier where the entry requests one. Contains no kernels:
// the dispatch by number is generated.
import * as op from '../../../plan/opcodes.shared.ts';
import { firstUnit, intArg, placeArg } from './entry.as';
import { barrier, countEntry } from './sync.as';
// Made by scripts/build-wasm.mjs from the records of the ops.
import { performKernel } from '../../../../../out/kernels/made.as';

/** Runs the entries [from, to) as `thread` of `threads` and meets the others at the end. False when the run was aborted. */
export function walk(from: usize, to: usize, thread: i32, threads: i32): bool {
  for (let entry = from; entry < to; entry += op.ENTRY_BYTES) {
    if (threads > 1 && (i32.load(entry, 8) & op.FLAG_BARRIER) != 0 && !barrier(thread, threads)) return false;
    const units = i32.load(entry, 4);
    const lo = firstUnit(units, thread, threads);
    const hi = firstUnit(units, thread + 1, threads);
    if (lo < hi) perform(i32.load(entry), entry, lo, hi, thread);
    countEntry(thread);
  }
  return threads == 1 || barrier(thread, threads);
}

/** Units [lo, hi) of one entry. */
function perform(opcode: i32, entry: usize, lo: i32, hi: i32, thread: i32): void {
  if (opcode == op.OP_SLAB) slab(entry, lo, hi, thread);
  else performKernel(opcode, entry, lo, hi, thread);
}

/**
 * (tables, bytes of a table, patches, number of patches, pieces, partials, sums, bytes of a set of sums): the slab schedule. Each thread has a
 * table of its own that takes one piece of the batch through all layers, alone and without a barrier; patches move it from piece to piece.
 * A piece adds its sums to the partial sums of its unit, in the order of the pieces. Unit = one set of partial sums.
 */
function slab(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const pieces = intArg(entry, 4), partials = intArg(entry, 5), bytes = intArg(entry, 7);
  const from = placeArg(entry, 0) + <usize>thread * <usize>intArg(entry, 1);
  const to = from + <usize>intArg(entry, 1);
  for (let partial = lo; partial < hi; partial++) {
    memory.fill(placeArg(entry, 6) + <usize>partial * <usize>bytes, 0, <usize>bytes);
    const end = firstUnit(pieces, partial + 1, partials);
    for (let piece = firstUnit(pieces, partial, partials); piece < end; piece++) {
      moveTo(entry, from, piece, partial);
      for (let inner = from; inner < to; inner += op.ENTRY_BYTES) {
        perform(i32.load(inner), inner, 0, i32.load(inner, 4), thread);
        countEntry(thread);
      }
    }
  }
}

/** Writes the words of the table at `from` that differ from piece to piece or from partial to partial: base + piece a + partial b. */
function moveTo(entry: usize, from: usize, piece: i32, partial: i32): void {
  const end = placeArg(entry, 2) + <usize>(intArg(entry, 3) * op.PATCH_BYTES);
  for (let patch = placeArg(entry, 2); patch < end; patch += op.PATCH_BYTES) {
    const word = from + load<usize>(patch);
    i32.store(word, i32.load(patch, 4) + piece * i32.load(patch, 8) + partial * i32.load(patch, 12));
  }
}
