// Walks a range of the op table: one thread's share of every entry, a barrier where the entry asks for one. No kernel lives here;
// an op is one line of the switch.
import * as op from '../../../plan/opcodes.shared.ts';
import { firstUnit } from './entry.as';
import { barrier } from './sync.as';
import { matmul, matmulDot, matmulOuter, pack } from '../../../ops/matmul/cpu.as';
import { accumulate, affine, binary, copy, fill } from '../../../ops/elementwise/cpu.as';

/** Runs the entries [from, to) as `thread` of `threads` and meets the others at the end. False when the run was aborted. */
export function walk(from: usize, to: usize, thread: i32, threads: i32): bool {
  for (let entry = from; entry < to; entry += op.ENTRY_BYTES) {
    if (threads > 1 && (i32.load(entry, 8) & op.FLAG_BARRIER) != 0 && !barrier(thread, threads)) return false;
    const units = i32.load(entry, 4);
    const lo = firstUnit(units, thread, threads);
    const hi = firstUnit(units, thread + 1, threads);
    if (lo < hi) perform(i32.load(entry), entry, lo, hi, thread);
  }
  return threads == 1 || barrier(thread, threads);
}

/** Units [lo, hi) of one entry. */
function perform(opcode: i32, entry: usize, lo: i32, hi: i32, thread: i32): void {
  switch (opcode) {
    case op.OP_FILL: { fill(entry, lo, hi); return; }
    case op.OP_COPY: { copy(entry, lo, hi); return; }
    case op.OP_BINARY: { binary(entry, lo, hi); return; }
    case op.OP_AFFINE: { affine(entry, lo, hi); return; }
    case op.OP_ACCUMULATE: { accumulate(entry, lo, hi); return; }
    case op.OP_MATMUL: { matmul(entry, lo, hi, thread); return; }
    case op.OP_MATMUL_DOT: { matmulDot(entry, lo, hi); return; }
    case op.OP_MATMUL_OUTER: { matmulOuter(entry, lo, hi); return; }
    case op.OP_PACK: { pack(entry, lo, hi); return; }
    default: unreachable();
  }
}
