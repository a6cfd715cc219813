// Kernel of rotary. Angles are turns in double precision, reduced to half a turn before they become floats. Unit = row.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { cos4, sin4 } from '../../device/cpu/wasm/math.as';
import { floats } from '../../device/cpu/wasm/simd.as';

/** Cosines and sines of all pairs at a position; `ratio` = turn of pair i + 1 relative to that of pair i. */
export function turnsAt(position: i32, pairs: i32, ratio: f64, cosines: usize, sines: usize): void {
  let turn = <f64>position * 0.15915494309189535;
  for (let i = 0; i < pairs; i++) {
    f32.store(cosines + floats(i), <f32>((turn - nearest(turn)) * 6.283185307179586));
    turn *= ratio;
  }
  for (let i = 0; i < pairs; i += 4) {
    const angle = v128.load(cosines + floats(i));
    v128.store(sines + floats(i), sin4(angle));
    v128.store(cosines + floats(i), cos4(angle));
  }
}

/** (x, y, T, N, pairs, heads, width, offset, ratio low, ratio high, halves, inverse): unit = row. */
export function rotary(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const T = intArg(entry, 2), N = intArg(entry, 3), pairs = intArg(entry, 4), heads = intArg(entry, 5), width = intArg(entry, 6);
  const halves = intArg(entry, 10) != 0, step: usize = halves ? 4 : 8, apart: usize = halves ? floats(pairs) : 4;
  const sign: f32 = intArg(entry, 11) != 0 ? -1 : 1;
  const ratio = f64.load(entry + 16 + 32);
  const cosines = scratch(thread), sines = cosines + floats((pairs + 3) & ~3);
  for (let row = lo; row < hi; row++) {
    const x = placeArg(entry, 0) + floats(row * N), y = placeArg(entry, 1) + floats(row * N);
    turnsAt(intArg(entry, 7) + (row % T), pairs, ratio, cosines, sines);
    if (x != y) memory.copy(y, x, floats(N));
    for (let h = 0; h < heads; h++) {
      let p = y + floats(h * width);
      for (let i = 0; i < pairs; i++) {
        const a = f32.load(p), b = f32.load(p + apart);
        const c = f32.load(cosines + floats(i)), s = sign * f32.load(sines + floats(i));
        f32.store(p, a * c - b * s);
        f32.store(p + apart, a * s + b * c);
        p += step;
      }
    }
  }
}
