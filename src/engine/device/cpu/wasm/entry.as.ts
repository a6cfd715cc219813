// Reading an entry of the op table (plan/README.md) and sharing its units. Every kernel starts here.
import { CONTROL_SCRATCH, CONTROL_SCRATCH_STRIDE } from '../../../plan/opcodes.shared.ts';

/** Integer argument `i`. */
// @ts-ignore: decorator
@inline export function intArg(entry: usize, i: i32): i32 {
  return i32.load(entry + 16 + (<usize>i << 2));
}

/** Float argument `i`. */
// @ts-ignore: decorator
@inline export function realArg(entry: usize, i: i32): f32 {
  return f32.load(entry + 16 + (<usize>i << 2));
}

/** Address argument `i`; 0 = the operand was left out. */
// @ts-ignore: decorator
@inline export function placeArg(entry: usize, i: i32): usize {
  return load<usize>(entry + 16 + (<usize>i << 2));
}

/** First unit of `thread`: the formula of plan/barriers.ts. */
// @ts-ignore: decorator
@inline export function firstUnit(units: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>units * <i64>thread) / <i64>threads);
}

/** Private scratch of `thread`; its size is the largest that any lowering asked for. */
// @ts-ignore: decorator
@inline export function scratch(thread: i32): usize {
  return load<usize>(CONTROL_SCRATCH) + <usize>thread * load<usize>(CONTROL_SCRATCH_STRIDE);
}
