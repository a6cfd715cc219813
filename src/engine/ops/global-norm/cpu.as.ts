// Kernels of globalNorm: sums of squares by chunk, then their sum and the clip factor.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum, loadPart, madd } from '../../device/cpu/wasm/simd.as';

/** (x, n, chunk, partials): partials[p] (float64) = sum of x^2 over chunk p. Unit = p. */
export function normPartial(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0);
  const n = intArg(entry, 1), chunk = intArg(entry, 2);
  for (let p = lo; p < hi; p++) {
    const end = min(n, (p + 1) * chunk);
    let total: f64 = 0;
    for (let i = p * chunk; i < end; i += 256) {
      const stop = min(end, i + 256);
      let s = f32x4.splat(0);
      for (let j = i; j < stop; j += 4) {
        const v = loadPart(x + floats(j), stop - j);
        s = madd(v, v, s);
      }
      total += <f64>laneSum(s);
    }
    f64.store(placeArg(entry, 3) + (<usize>p << 3), total);
  }
}

/** (partials, count, norm, factor, max): one unit. A norm that is not finite gives the factor NaN. */
export function normFinish(entry: usize): void {
  const partials = placeArg(entry, 0), limit = realArg(entry, 4);
  const count = intArg(entry, 1);
  let total: f64 = 0;
  for (let p = 0; p < count; p++) total += f64.load(partials + (<usize>p << 3));
  const norm = <f32>sqrt<f64>(total);
  let factor: f32 = 1;
  if (!(norm < Infinity)) factor = NaN;
  else if (limit != 0) factor = min<f32>(1, <f32>(<f64>limit / (<f64>norm + 1e-6)));
  f32.store(placeArg(entry, 2), norm);
  f32.store(placeArg(entry, 3), factor);
}
