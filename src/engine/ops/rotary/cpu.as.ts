// Kernel of rotary. Angles are turns in double precision, reduced to half a turn before they become floats. Unit = position of all samples, so that
// its angles are computed once.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { cos4, sin4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, storePart } from '../../device/cpu/wasm/simd.as';

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

/** The same for neighbours: every cosine twice, every sine with - for the first and + for the second number of its pair. */
function spreadTurns(pairs: i32, cosines: usize, sines: usize): void {
  for (let i = pairs - 1; i >= 0; i--) {
    const c = f32.load(cosines + floats(i)), s = f32.load(sines + floats(i));
    f32.store(cosines + floats(2 * i), c);
    f32.store(cosines + floats(2 * i), c, 4);
    f32.store(sines + floats(2 * i), -s);
    f32.store(sines + floats(2 * i), s, 4);
  }
}

/** Pairs (i, i + pairs) of a head. */
function turnHalves(x: usize, y: usize, pairs: i32, sign: v128, cosines: usize, sines: usize): void {
  const apart = floats(pairs);
  for (let i = 0; i < pairs; i += 4) {
    const o = floats(i), left = pairs - i;
    const a = loadPart(x + o, left), b = loadPart(x + apart + o, left);
    const c = v128.load(cosines + o), s = f32x4.mul(sign, v128.load(sines + o));
    storePart(y + o, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)), left);
    storePart(y + apart + o, f32x4.add(f32x4.mul(a, s), f32x4.mul(b, c)), left);
  }
}

/** Pairs (2i, 2i + 1) of a head. */
function turnNeighbours(x: usize, y: usize, pairs: i32, sign: v128, cosines: usize, sines: usize): void {
  for (let i = 0; i < 2 * pairs; i += 4) {
    const o = floats(i), left = 2 * pairs - i, both = loadPart(x + o, left);
    const other = f32x4.mul(v128.shuffle<f32>(both, both, 1, 0, 3, 2), f32x4.mul(sign, v128.load(sines + o)));
    storePart(y + o, f32x4.add(f32x4.mul(both, v128.load(cosines + o)), other), left);
  }
}

/** (x, y, T, N, pairs, heads, width, offset, ratio low, ratio high, halves, inverse, B): unit = position. */
export function rotary(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const T = intArg(entry, 2), N = intArg(entry, 3), pairs = intArg(entry, 4), heads = intArg(entry, 5), width = intArg(entry, 6);
  const halves = intArg(entry, 10) != 0, B = intArg(entry, 12);
  const sign = f32x4.splat(intArg(entry, 11) != 0 ? -1 : 1);
  const ratio = f64.load(entry + 16 + 32);
  const cosines = scratch(thread), sines = cosines + floats((2 * pairs + 3) & ~3);
  for (let t = lo; t < hi; t++) {
    turnsAt(intArg(entry, 7) + t, pairs, ratio, cosines, sines);
    if (!halves) spreadTurns(pairs, cosines, sines);
    for (let b = 0; b < B; b++) {
      const row = floats((b * T + t) * N);
      let x = placeArg(entry, 0) + row, y = placeArg(entry, 1) + row;
      for (let h = 0; h < heads; h++) {
        if (halves) turnHalves(x, y, pairs, sign, cosines, sines);
        else turnNeighbours(x, y, pairs, sign, cosines, sines);
        x += floats(width);
        y += floats(width);
        if ((width & 1) != 0) f32.store(y - 4, f32.load(x - 4));
      }
      if (x != y) memory.copy(y, x, floats(N - heads * width));
    }
  }
}
