// The kernel that sums columns, which other ops and kernels on rows end in too. Partial sums have bounds that depend on shapes only.
import { COLUMN_BLOCK } from '../../plan/opcodes.shared.ts';
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, storePart } from '../../device/cpu/wasm/simd.as';

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
