// Kernel of accuracy: counts by chunk of rows, then their sum.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats } from '../../device/cpu/wasm/simd.as';

function firstLargest(x: usize, V: i32): i32 {
  let best = 0;
  let top = f32.load(x);
  for (let j = 1; j < V; j++) {
    const value = f32.load(x + floats(j));
    if (value > top) {
      top = value;
      best = j;
    }
  }
  return best;
}

/** (logits, targets, partials, rows, V, chunk): partials[p] = (hits, rows counted) as floats. Unit = p. */
export function accuracy(entry: usize, lo: i32, hi: i32): void {
  const rows = intArg(entry, 3), V = intArg(entry, 4), chunk = intArg(entry, 5);
  for (let p = lo; p < hi; p++) {
    let hits = 0, count = 0;
    const end = min(rows, (p + 1) * chunk);
    for (let row = p * chunk; row < end; row++) {
      const target = i32.load(placeArg(entry, 1) + floats(row));
      if (target < 0) continue;
      count++;
      if (firstLargest(placeArg(entry, 0) + floats(row * V), V) == target) hits++;
    }
    const partial = placeArg(entry, 2) + (<usize>p << 3);
    f32.store(partial, <f32>hits);
    f32.store(partial, <f32>count, 4);
  }
}

/** (partials, n, y): one unit. */
export function accuracyFinish(entry: usize): void {
  const partials = placeArg(entry, 0), y = placeArg(entry, 2);
  const n = intArg(entry, 1);
  let hits: f32 = 0, count: f32 = 0;
  for (let p = 0; p < n; p++) {
    hits += f32.load(partials + (<usize>p << 3));
    count += f32.load(partials + (<usize>p << 3), 4);
  }
  f32.store(y, hits);
  f32.store(y, count, 4);
}
