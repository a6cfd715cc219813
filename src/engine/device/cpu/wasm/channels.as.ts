// What the kernels that go through time share. Their unit is one sample and one block of 16 channels (a cache line); the number of
// such blocks and the lanes of a partial vector are computed here.
import { CHANNEL_BLOCK } from '../../../plan/opcodes.shared.ts';

/** Blocks of 16 channels in H. */
// @ts-ignore: decorator
@inline export function blocksOf(H: i32): i32 {
  return (H + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
}
