// Kernels of blockLinear and its gradient for the embedded module: sixteen rows lie across the lanes, as in cpu.c.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_ZERO, gemm, openScratch } from '../../device/cpu/wasm/gemm.as';
import { floats, laneSum, madd } from '../../device/cpu/wasm/simd.as';
import { MATMUL_ROWS } from '../../plan/opcodes.shared.ts';

const LINES: i32 = 16;

/** out[width, 16] from `count` rows of x, `stride` floats apart; rows beyond them are 0. */
function turnRows(x: usize, stride: i32, count: i32, width: i32, out: usize): void {
  for (let i = 0; i < width; i++) {
    for (let r = 0; r < LINES; r++) f32.store(out + floats(i * LINES + r), r < count ? f32.load(x + floats(r * stride + i)) : 0);
  }
}

/** (x, weight, y, rows, G, O, I, across, along): unit = sixteen rows. */
export function blockLinear(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6);
  const across = floats(intArg(entry, 7)), along = floats(intArg(entry, 8)), weight = placeArg(entry, 1);
  const x = scratch(thread), y = x + floats(LINES * G * I);
  for (let unit = lo; unit < hi; unit++) {
    const row = unit * LINES, count = min(LINES, rows - row), to = placeArg(entry, 2) + floats(row * G * O);
    turnRows(placeArg(entry, 0) + floats(row * G * I), G * I, count, G * I, x);
    for (let g = 0; g < G; g++) {
      for (let o = 0; o < O; o++) {
        const w = weight + floats(g * O * I) + <usize>o * across;
        for (let v = 0; v < LINES; v += 4) {
          let sum = f32x4.splat(0);
          for (let i = 0; i < I; i++) {
            sum = madd(v128.load32_splat(w + <usize>i * along), v128.load(x + floats((g * I + i) * LINES + v)), sum);
          }
          v128.store(y + floats((g * O + o) * LINES + v), sum);
        }
      }
    }
    for (let r = 0; r < count; r++) {
      for (let o = 0; o < G * O; o++) f32.store(to + floats(r * G * O + o), f32.load(y + floats(o * LINES + r)));
    }
  }
}

/** dweight [4, 4] of one block of four columns: a lane is a column of x, so nothing is turned over. Rows are `ld` bytes apart. */
function weightFour(x: usize, dy: usize, ld: usize, rows: i32, dweight: usize): void {
  let a = f32x4.splat(0), b = f32x4.splat(0), c = f32x4.splat(0), d = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const given = v128.load(x);
    a = madd(v128.load32_splat(dy), given, a);
    b = madd(v128.load32_splat(dy, 4), given, b);
    c = madd(v128.load32_splat(dy, 8), given, c);
    d = madd(v128.load32_splat(dy, 12), given, d);
    x += ld;
    dy += ld;
  }
  v128.store(dweight, f32x4.add(v128.load(dweight), a));
  v128.store(dweight, f32x4.add(v128.load(dweight, 16), b), 16);
  v128.store(dweight, f32x4.add(v128.load(dweight, 32), c), 32);
  v128.store(dweight, f32x4.add(v128.load(dweight, 48), d), 48);
}

/** The same of `blocks` blocks, so many rows at a time that they stay in the cache: their sums are added up. */
function weightFours(x: usize, dy: usize, ld: usize, rows: i32, blocks: i32, dweight: usize): void {
  memory.fill(dweight, 0, floats(blocks * 16));
  for (let row = 0; row < rows; row += 64) {
    const at = <usize>row * ld, count = min(64, rows - row);
    for (let g = 0; g < blocks; g++) weightFour(x + at + floats(g * 4), dy + at + floats(g * 4), ld, count, dweight + floats(g * 16));
  }
}

/** (x, dy, dweight, rows, G, O, I, bundle): unit = so many blocks, over all rows in order. */
export function blockLinearWeight(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6), bundle = intArg(entry, 7);
  const x = scratch(thread), y = x + floats(LINES * bundle * I), sums = y + floats(LINES * bundle * O);
  for (let unit = lo; unit < hi; unit++) {
    const first = unit * bundle, blocks = min(bundle, G - first), dweight = placeArg(entry, 2) + floats(first * O * I);
    if (O == 4 && I == 4) {
      weightFours(placeArg(entry, 0) + floats(first * 4), placeArg(entry, 1) + floats(first * 4), floats(G * 4), rows, blocks, dweight);
      continue;
    }
    memory.fill(sums, 0, floats(blocks * O * I * 4));
    for (let row = 0; row < rows; row += LINES) {
      const count = min(LINES, rows - row);
      turnRows(placeArg(entry, 0) + floats((row * G + first) * I), G * I, count, blocks * I, x);
      turnRows(placeArg(entry, 1) + floats((row * G + first) * O), G * O, count, blocks * O, y);
      for (let o = 0; o < blocks * O; o++) {
        for (let i = 0; i < I; i++) {
          const at = sums + floats((o * I + i) * 4), column = x + floats(((o / O) * I + i) * LINES);
          let sum = v128.load(at);
          for (let v = 0; v < LINES; v += 4) sum = madd(v128.load(y + floats(o * LINES + v)), v128.load(column + floats(v)), sum);
          v128.store(at, sum);
        }
      }
    }
    for (let i = 0; i < blocks * O * I; i++) f32.store(dweight + floats(i), laneSum(v128.load(sums + floats(i * 4))));
  }
}

/** Rows that go through all blocks before the next ones. */
const WIDE_ROWS: i32 = 400;

/** (x, weight, y, rows, G, O, I, across, along): blockLinear as a product for each block. Unit = MATMUL_ROWS rows. */
export function blockLinearWide(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6), across = intArg(entry, 7), along = intArg(entry, 8);
  const x = placeArg(entry, 0), weight = placeArg(entry, 1), y = placeArg(entry, 2), work = scratch(thread);
  const end = min(intArg(entry, 3), hi * MATMUL_ROWS);
  openScratch(work);
  for (let row = lo * MATMUL_ROWS; row < end; row += WIDE_ROWS) {
    const count = min(WIDE_ROWS, end - row);
    for (let g = 0; g < G; g++) {
      const from = x + floats((row * G + g) * I), to = y + floats((row * G + g) * O), block = weight + floats(g * O * I);
      gemm(count, O, I, from, G * I, 1, block, along, across, to, G * O, FROM_ZERO, 0, work);
    }
  }
}

/** (x, dy, dweight, rows, G, O, I): the same of the weights. Unit = MATMUL_ROWS rows of a block, the last of a block fewer. */
export function blockLinearWeightWide(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6);
  const x = placeArg(entry, 0), dy = placeArg(entry, 1), dweight = placeArg(entry, 2), work = scratch(thread);
  const each = (O + MATMUL_ROWS - 1) / MATMUL_ROWS;
  openScratch(work);
  let unit = lo;
  while (unit < hi) {
    const g = unit / each, from = (unit % each) * MATMUL_ROWS, next = min(hi, (g + 1) * each);
    const count = min(O, from + (next - unit) * MATMUL_ROWS) - from, out = dweight + floats((g * O + from) * I);
    gemm(count, I, rows, dy + floats(g * O + from), 1, G * O, x + floats(g * I), G * I, 1, out, I, FROM_ZERO, 0, work);
    unit = next;
  }
}
