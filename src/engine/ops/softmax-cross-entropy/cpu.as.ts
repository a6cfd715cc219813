// The one kernel beside softmaxCrossEntropy that is written by hand: how many rows count, for a loss that is made piece by piece.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats } from '../../device/cpu/wasm/simd.as';

/** (targets, n, count): how many of the n targets are not negative. One unit. */
export function countTargets(entry: usize): void {
  const targets = placeArg(entry, 0), n = intArg(entry, 1);
  let ignored: i32 = 0;
  for (let i = 0; i < n; i++) ignored += <i32>(<u32>i32.load(targets + floats(i)) >> 31);
  f32.store(placeArg(entry, 2), <f32>(n - ignored));
}
