// Kernels of sums. Sums across units go through partials whose number and bounds depend on shapes only; a later entry adds them in order.
import { COLUMN_BLOCK } from '../../plan/opcodes.shared.ts';
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum, loadPart, storePart } from '../../device/cpu/wasm/simd.as';

/**
 * (x, stride, rows, columns, chunk, out, scale): out[p, j] = scale times the sum of column j over rows [p chunk, (p + 1) chunk). x has `stride`
 * floats from row to row. Unit = (p, block of COLUMN_BLOCK columns).
 */
export function columnSum(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), stride = intArg(entry, 1);
  const rows = intArg(entry, 2), columns = intArg(entry, 3), chunk = intArg(entry, 4);
  const scale = f32x4.splat(realArg(entry, 6));
  const blocks = (columns + COLUMN_BLOCK - 1) / COLUMN_BLOCK;
  for (let unit = lo; unit < hi; unit++) {
    const p = unit / blocks, from = (unit % blocks) * COLUMN_BLOCK;
    const first = p * chunk, count = min(rows - first, chunk);
    const out = placeArg(entry, 5) + floats(p * columns);
    sumBlock(x + floats(first * stride), floats(stride), count, from, min(columns, from + COLUMN_BLOCK), out, scale);
  }
}

function sumBlock(x: usize, stride: usize, rows: i32, from: i32, to: i32, out: usize, scale: v128): void {
  let j = from;
  for (; j + 16 <= to; j += 16) {
    let p = x + floats(j);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let i = 0; i < rows; i++) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
      p += stride;
    }
    const o = out + floats(j);
    v128.store(o, f32x4.mul(s0, scale));
    v128.store(o, f32x4.mul(s1, scale), 16);
    v128.store(o, f32x4.mul(s2, scale), 32);
    v128.store(o, f32x4.mul(s3, scale), 48);
  }
  for (; j < to; j += 4) {
    let p = x + floats(j);
    let s = f32x4.splat(0);
    for (let i = 0; i < rows; i++) {
      s = f32x4.add(s, loadPart(p, to - j));
      p += stride;
    }
    storePart(out + floats(j), f32x4.mul(s, scale), to - j);
  }
}

/** (x, y, columns, scale): y[row] = scale times the sum of the row. Unit = row. */
export function rowSum(entry: usize, lo: i32, hi: i32): void {
  const columns = intArg(entry, 2);
  const x = placeArg(entry, 0), y = placeArg(entry, 1);
  const scale = realArg(entry, 3);
  for (let row = lo; row < hi; row++) {
    const p = x + floats(row * columns);
    let s = f32x4.splat(0);
    for (let j = 0; j < columns; j += 4) s = f32x4.add(s, loadPart(p + floats(j), columns - j));
    f32.store(y + floats(row), laneSum(s) * scale);
  }
}

/** (x, n, chunk, partials): partials[p] (float64) = sum of x over [p chunk, (p + 1) chunk). Unit = p. */
export function totalPartial(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0);
  const n = intArg(entry, 1), chunk = intArg(entry, 2);
  for (let p = lo; p < hi; p++) {
    const end = min(n, (p + 1) * chunk);
    let total: f64 = 0;
    for (let i = p * chunk; i < end; i += 256) {
      const stop = min(end, i + 256);
      let s = f32x4.splat(0);
      for (let j = i; j < stop; j += 4) s = f32x4.add(s, loadPart(x + floats(j), stop - j));
      total += <f64>laneSum(s);
    }
    f64.store(placeArg(entry, 3) + (<usize>p << 3), total);
  }
}

/** (partials, count, y, scale): y = scale times the sum of the partials, in order. One unit. */
export function totalFinish(entry: usize): void {
  const partials = placeArg(entry, 0);
  const count = intArg(entry, 1);
  let total: f64 = 0;
  for (let p = 0; p < count; p++) total += f64.load(partials + (<usize>p << 3));
  f32.store(placeArg(entry, 2), <f32>(total * <f64>realArg(entry, 3)));
}
