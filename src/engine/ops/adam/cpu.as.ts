// Kernel of adam: one pass over p, m, v and g.
import { CHUNK } from '../../plan/opcodes.shared.ts';
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/**
 * (p, m, v, g, factor, hyper, n, beta1, 1 - beta1, beta2, 1 - beta2, eps, weight decay, decoupled). Rates come from memory, so a table serves all
 * steps. A factor that is not finite changes nothing. Unit = chunk.
 */
export function adam(entry: usize, lo: i32, hi: i32): void {
  const factor = f32.load(placeArg(entry, 4));
  if (!(abs<f32>(factor) < Infinity)) return;
  const hyper = placeArg(entry, 5);
  const rate = f32.load(hyper), decay = realArg(entry, 12);
  const decoupled = intArg(entry, 13) != 0;
  const keep = f32x4.splat(decoupled ? 1 - rate * decay : 1), pull = f32x4.splat(decoupled ? 0 : decay);
  const step = f32x4.splat(rate / f32.load(hyper, 4)), correction = f32x4.splat(1 / f32.load(hyper, 8));
  const scale = f32x4.splat(factor), eps = f32x4.splat(realArg(entry, 11));
  const end = min(intArg(entry, 6), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    const o = floats(i), w = end - i;
    const before = loadPart(placeArg(entry, 0) + o, w);
    const g = madd(scale, loadPart(placeArg(entry, 3) + o, w), f32x4.mul(pull, before));
    const m = moment(placeArg(entry, 1) + o, realArg(entry, 7), realArg(entry, 8), g, w);
    const v = moment(placeArg(entry, 2) + o, realArg(entry, 9), realArg(entry, 10), f32x4.mul(g, g), w);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), eps);
    const change = f32x4.div(f32x4.mul(step, m), size);
    storePart(placeArg(entry, 0) + o, f32x4.sub(f32x4.mul(before, keep), change), w);
  }
}

/** Running mean at `p`: beta times itself plus `rest` times x. */
// @ts-ignore: decorator
@inline function moment(p: usize, beta: f32, rest: f32, x: v128, lanes: i32): v128 {
  const next = madd(f32x4.splat(beta), loadPart(p, lanes), f32x4.mul(f32x4.splat(rest), x));
  storePart(p, next, lanes);
  return next;
}
