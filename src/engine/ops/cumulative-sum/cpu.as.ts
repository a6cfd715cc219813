// Kernel of cumulativeSum.
import { blocksOf } from '../../device/cpu/wasm/channels.as';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, storePart } from '../../device/cpu/wasm/simd.as';
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';

/** (x, y, T, H, reverse): running sum over time, from either end. Unit = (sample, block of channels). */
export function cumulativeSum(entry: usize, lo: i32, hi: i32): void {
  const T = intArg(entry, 2), H = intArg(entry, 3), blocks = blocksOf(H);
  const step: isize = intArg(entry, 4) != 0 ? -(<isize>floats(H)) : <isize>floats(H);
  const start = step < 0 ? floats((T - 1) * H) : 0;
  for (let unit = lo; unit < hi; unit++) {
    const from = (unit % blocks) * CHANNEL_BLOCK, to = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < to; c += 4) {
      const w = to - c, at = floats((unit / blocks) * T * H + c) + start;
      let x = placeArg(entry, 0) + at, y = placeArg(entry, 1) + at;
      let sum = f32x4.splat(0);
      for (let t = 0; t < T; t++) {
        sum = f32x4.add(sum, loadPart(x, w));
        storePart(y, sum, w);
        x += step;
        y += step;
      }
    }
  }
}
