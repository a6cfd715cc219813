// The ops that only the slab schedule has: the loop over pieces, adding to a partial sum, counting, and a mean made of sums.
// Independent of other ops; kernels are named.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef, OpTable } from '../../graph/op-def.ts';
import { fillCommand, type LoweringTable } from '../lower-graph.ts';
import { at, operand, pieces, real, whole, type Command, type Lowering, type Place } from '../lowering.ts';
import { CHUNK, COLUMN_BLOCK } from '../opcodes.shared.ts';

/** () -> sums over all pieces. Runs the table of a piece once for each of them. */
export const RUN_PIECES = 'slab.run';
/** (partial, value) -> (): partial += value. */
export const ADD_PARTIAL = 'slab.add';
/** (targets i32) -> []: how many are not negative. */
export const COUNT_TARGETS = 'slab.count-targets';
/** (sum, count) -> sum / max(count, 1), for scalars. */
export const DIVIDE_BY_COUNT = 'slab.divide';
/** (mean, count) -> mean x count: undoes the division of one piece. */
export const TIMES_COUNT = 'slab.times';

/** What the loop over pieces needs to know about them. */
export interface PieceLoop {
  /** Value at the address of the threads' tables, in sequence, followed by the words to patch. */
  readonly table: number;
  /** Bytes of the table of one thread. */
  readonly tableBytes: number;
  readonly patchOffset: number;
  readonly patches: number;
  readonly pieces: number;
  readonly partials: number;
  /** Bytes of one set of partial sums, and where in it each output lies. */
  readonly partialBytes: number;
  readonly slots: readonly number[];
  /** Private bytes of each thread. */
  readonly threadBytes: number;
  readonly flops: number;
}

const none = (): readonly never[] => [];
const define = (flops: OpDef<never>['flops'], more: Partial<OpDef<never>> = {}): OpDef<never> => ({
  infer: none,
  flops,
  ...more,
});

export const slabOps: OpTable = {
  [RUN_PIECES]: define((_inputs, _outputs, { flops }: PieceLoop) => flops),
  [ADD_PARTIAL]: define(([, value]) => sizeOf(value?.shape ?? []), { mutates: [0] }),
  [COUNT_TARGETS]: define(() => 0),
  [DIVIDE_BY_COUNT]: define(() => 1),
  [TIMES_COUNT]: define(() => 1),
};

/** Each partial sum is a row of a matrix; the sum of its columns, in the order of the rows, is the result. */
function addUp(partials: Place, loop: PieceLoop, slot: number, out: Place, bytes: number): Command {
  const n = bytes / 4;
  return {
    kernel: 'columnSum',
    units: Math.ceil(n / COLUMN_BLOCK),
    args: [at(partials, slot), loop.partialBytes / 4, loop.partials, n, loop.partials, out, real(1)],
    reads: [{ place: partials, bytes: loop.partials * loop.partialBytes }],
    writes: [{ place: out, bytes, stride: 4 * COLUMN_BLOCK }],
  };
}

const runPieces: Lowering<PieceLoop> = (table, loop) => {
  const bytes = loop.partials * loop.partialBytes;
  const partials = table.workspace(bytes);
  table.scratch(loop.threadBytes);
  const tables = { value: loop.table, offset: 0 };
  const numbers = [loop.pieces, loop.partials, partials, loop.partialBytes];
  table.emit({
    kernel: 'slab',
    units: loop.partials,
    args: [tables, loop.tableBytes, at(tables, loop.patchOffset), loop.patches, ...numbers],
    reads: table.inputs.map(whole),
    writes: [{ place: partials, bytes, stride: loop.partialBytes }],
  });
  table.outputs.forEach((out, i) => table.emit(addUp(partials, loop, loop.slots[i] ?? 0, out, out.bytes)));
};

const scalars = (kernel: string, a: Place, b: Place, y: Place): Command => {
  const access = (place: Place) => ({ place, bytes: 4 });
  return { kernel, units: 1, args: [a, b, y, 1, 1], reads: [a, b].map(access), writes: [access(y)] };
};

const addPartial: Lowering<object> = (table) => {
  const [partial, value] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  const n = partial.bytes / 4;
  const [own, other] = [pieces(partial, 4 * CHUNK), pieces(value, 4 * CHUNK)];
  table.emit({
    kernel: 'binaryAdd',
    units: Math.ceil(n / CHUNK),
    args: [partial, value, partial, n, n],
    reads: [own, other],
    writes: [own],
  });
};

const countTargets: Lowering<object> = (table) => {
  const targets = operand(table.inputs, 0);
  const count = operand(table.outputs, 0);
  const args = [targets, targets.bytes / 4, count];
  table.emit({ kernel: 'countTargets', units: 1, args, reads: [whole(targets)], writes: [whole(count)] });
};

const divideByCount: Lowering<object> = (table) => {
  const [sum, count] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  const y = operand(table.outputs, 0);
  const [one, safe] = [table.workspace(4), table.workspace(4)];
  const fill = fillCommand(one, 4, 1);
  table.emit(fill);
  table.emit(scalars('binaryMax', count, one, safe));
  table.emit(scalars('binaryDiv', sum, safe, y));
};

const timesCount: Lowering<object> = (table) => {
  const [mean, count] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  table.emit(scalars('binaryMul', mean, count, operand(table.outputs, 0)));
};

export const slabLowerings: LoweringTable = {
  [RUN_PIECES]: runPieces,
  [ADD_PARTIAL]: addPartial,
  [COUNT_TARGETS]: countTargets,
  [DIVIDE_BY_COUNT]: divideByCount,
  [TIMES_COUNT]: timesCount,
};
