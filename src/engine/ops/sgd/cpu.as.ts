// Kernel of sgd.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';
import { CHUNK } from '../../plan/opcodes.shared.ts';

/**
 * (p, buffer, g, factor, hyper, n, momentum, decay): buffer = momentum buffer + factor g + decay p; p -= rate buffer. A factor that is not
 * finite changes nothing. Unit = chunk.
 */
export function sgd(entry: usize, lo: i32, hi: i32): void {
  const p = placeArg(entry, 0), buffer = placeArg(entry, 1), g = placeArg(entry, 2);
  const clip = f32.load(placeArg(entry, 3));
  if (!isFinite(clip)) return;
  const factor = f32x4.splat(clip), rate = f32x4.splat(-f32.load(placeArg(entry, 4)));
  const momentum = f32x4.splat(realArg(entry, 6)), decay = f32x4.splat(realArg(entry, 7));
  const end = min(intArg(entry, 5), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    const w = end - i, at = floats(i);
    const before = loadPart(p + at, w);
    const step = madd(decay, before, madd(factor, loadPart(g + at, w), f32x4.mul(momentum, loadPart(buffer + at, w))));
    storePart(buffer + at, step, w);
    storePart(p + at, madd(rate, step, before), w);
  }
}
