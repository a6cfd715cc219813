// Kernels of meanSquaredError.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum, loadPart, madd } from '../../device/cpu/wasm/simd.as';
import { CHUNK } from '../../plan/opcodes.shared.ts';

/** (prediction, target, mask, n, partials): partials[p] (two float64) = sums of mask (prediction - target)^2 and of mask. Unit = chunk p. */
export function squaredError(entry: usize, lo: i32, hi: i32): void {
  const prediction = placeArg(entry, 0), target = placeArg(entry, 1), mask = placeArg(entry, 2), n = intArg(entry, 3);
  for (let p = lo; p < hi; p++) {
    let squares = f32x4.splat(0), counted = f32x4.splat(0);
    const end = min(n, (p + 1) * CHUNK);
    for (let i = p * CHUNK; i < end; i += 4) {
      const w = end - i;
      const d = f32x4.sub(loadPart(prediction + floats(i), w), loadPart(target + floats(i), w));
      const m = loadPart(mask + floats(i), w);
      squares = madd(m, f32x4.mul(d, d), squares);
      counted = f32x4.add(counted, m);
    }
    const partial = placeArg(entry, 4) + (<usize>p << 4);
    f64.store(partial, <f64>laneSum(squares));
    f64.store(partial, <f64>laneSum(counted), 8);
  }
}

/** (partials, count, loss, counted): loss = sum of squares / sum of mask, 0 when that is 0. One unit. */
export function squaredErrorFinish(entry: usize): void {
  const partials = placeArg(entry, 0), count = intArg(entry, 1);
  let squares: f64 = 0, counted: f64 = 0;
  for (let p = 0; p < count; p++) {
    squares += f64.load(partials + (<usize>p << 4));
    counted += f64.load(partials + (<usize>p << 4), 8);
  }
  f32.store(placeArg(entry, 2), counted > 0 ? <f32>(squares / counted) : 0);
  f32.store(placeArg(entry, 3), <f32>counted);
}
