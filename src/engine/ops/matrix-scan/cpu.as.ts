// Kernels of matrixScan and its gradient. Unit = sample; every matrix is read once.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/** (matrix, b, y, T, H): y_t = A_t y_{t-1} + b_t. */
export function matrixScan(entry: usize, lo: i32, hi: i32): void {
  const y = placeArg(entry, 2), T = intArg(entry, 3), H = intArg(entry, 4);
  for (let n = lo; n < hi; n++) {
    for (let t = 0; t < T; t++) {
      const q = n * T + t;
      for (let i = 0; i < H; i++) {
        const at = floats(q * H + i);
        const sum = t == 0 ? <f32>0 : product(placeArg(entry, 0) + floats((q * H + i) * H), y + floats((q - 1) * H), H);
        f32.store(y + at, f32.load(placeArg(entry, 1) + at) + sum);
      }
    }
  }
}

/** Sum of the products of n numbers. */
function product(a: usize, b: usize, n: i32): f32 {
  let sum = f32x4.splat(0), j = 0;
  for (; j + 4 <= n; j += 4) sum = madd(v128.load(a + floats(j)), v128.load(b + floats(j)), sum);
  if (j < n) sum = madd(loadPart(a + floats(j), n - j), loadPart(b + floats(j), n - j), sum);
  return laneSum(sum);
}

/** (matrix, dy, db, T, H): db_t = dy_t + A_{t+1}^T db_{t+1}. */
export function matrixScanGrad(entry: usize, lo: i32, hi: i32): void {
  const db = placeArg(entry, 2), T = intArg(entry, 3), H = intArg(entry, 4);
  for (let n = lo; n < hi; n++) {
    for (let t = T - 1; t >= 0; t--) {
      const q = n * T + t;
      for (let j = 0; j < H; j += 4) {
        const lanes = min(4, H - j);
        let sum = loadPart(placeArg(entry, 1) + floats(q * H + j), lanes);
        for (let i = 0; t + 1 < T && i < H; i++) {
          const row = loadPart(placeArg(entry, 0) + floats(((q + 1) * H + i) * H + j), lanes);
          sum = madd(row, f32x4.splat(f32.load(db + floats((q + 1) * H + i))), sum);
        }
        storePart(db + floats(q * H + j), sum, lanes);
      }
    }
  }
}
