// Kernels of embedding and its gradient.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, storePart } from '../../device/cpu/wasm/simd.as';

// @ts-ignore: decorator
@inline function rowOf(ids: usize, i: i32, rows: i32): i32 {
  return min(max(i32.load(ids + floats(i)), 0), rows - 1);
}

/** (ids, table, y, V, D): y[i] = table[ids[i]]. Unit = position. */
export function embedding(entry: usize, lo: i32, hi: i32): void {
  const ids = placeArg(entry, 0), table = placeArg(entry, 1), y = placeArg(entry, 2);
  const V = intArg(entry, 3), D = intArg(entry, 4);
  for (let i = lo; i < hi; i++) {
    memory.copy(y + floats(i * D), table + floats(rowOf(ids, i, V) * D), floats(D));
  }
}

/**
 * (ids, dy, dtable, n, V, D): dtable[v] = sum of dy[i] with ids[i] = v, in order of i. Unit = 16 columns, all positions: no two threads add to
 * the same number, and the order is that of the positions.
 */
export function embeddingGrad(entry: usize, lo: i32, hi: i32): void {
  const ids = placeArg(entry, 0), dy = placeArg(entry, 1), dtable = placeArg(entry, 2);
  const n = intArg(entry, 3), V = intArg(entry, 4), D = intArg(entry, 5);
  const from = lo * 16, count = min(D, hi * 16) - from;
  for (let v = 0; v < V; v++) memory.fill(dtable + floats(v * D + from), 0, floats(count));
  for (let i = 0; i < n; i++) {
    const out = dtable + floats(rowOf(ids, i, V) * D + from);
    const p = dy + floats(i * D + from);
    for (let j = 0; j < count; j += 4) {
      const w = count - j;
      storePart(out + floats(j), f32x4.add(loadPart(out + floats(j), w), loadPart(p + floats(j), w)), w);
    }
  }
}
