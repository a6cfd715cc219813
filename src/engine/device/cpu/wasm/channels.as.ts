// What the kernels that go through time share. Their unit is one sample and one block of 16 channels (a cache line); the number of
// such blocks and the lanes of a partial vector are computed here.
import { CHANNEL_BLOCK } from '../../../plan/opcodes.shared.ts';

/** Blocks of 16 channels in H. */
// @ts-ignore: decorator
@inline export function blocksOf(H: i32): i32 {
  return (H + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
}

/** c for the candidate g of minGRU and minLSTM: v + 0.5 for v >= 0, else s = sigmoid(v); for the identity v. */
// @ts-ignore: decorator
@inline export function candidateOf(v: v128, s: v128, positive: bool): v128 {
  if (!positive) return v;
  return v128.bitselect(f32x4.add(v, f32x4.splat(0.5)), s, f32x4.ge(v, f32x4.splat(0)));
}

/** dc / dv of candidateOf: 1 for v >= 0, else s (1 - s). */
// @ts-ignore: decorator
@inline export function candidateSlope(v: v128, s: v128, positive: bool): v128 {
  const one = f32x4.splat(1);
  if (!positive) return one;
  return v128.bitselect(one, f32x4.mul(s, f32x4.sub(one, s)), f32x4.ge(v, f32x4.splat(0)));
}
