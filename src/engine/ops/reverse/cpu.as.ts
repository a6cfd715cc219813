// Kernel of reverse.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats } from '../../device/cpu/wasm/simd.as';

/** (x, y, T, H): y[t] = x[T - 1 - t] of each sequence. Unit = sequence. */
export function reverse(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), y = placeArg(entry, 1);
  const T = intArg(entry, 2), H = intArg(entry, 3);
  for (let b = lo; b < hi; b++) {
    for (let t = 0; t < T; t++) memory.copy(y + floats((b * T + t) * H), x + floats((b * T + T - 1 - t) * H), floats(H));
  }
}
