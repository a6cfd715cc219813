// Kernels of logCumulativeSumExp and its gradient.
import { blocksOf } from '../../device/cpu/wasm/channels.as';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { exp4, log1p4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';

/** log(e^a + e^b); log 0 + log 0 = log 0. */
// @ts-ignore: decorator
@inline function logAdd(a: v128, b: v128): v128 {
  const larger = f32x4.max(a, b);
  const sum = f32x4.add(larger, log1p4(exp4(f32x4.neg(f32x4.abs(f32x4.sub(a, b))))));
  return v128.bitselect(larger, sum, f32x4.eq(larger, f32x4.splat(-Infinity)));
}

/** e^(a - b), 0 where a is log 0. */
// @ts-ignore: decorator
@inline function ratio(a: v128, b: v128): v128 {
  return v128.andnot(exp4(f32x4.sub(a, b)), f32x4.eq(a, f32x4.splat(-Infinity)));
}

/** (x, y, T, H): unit = (sample, block of channels). */
export function logCumulativeSumExp(entry: usize, lo: i32, hi: i32): void {
  const T = intArg(entry, 2), H = intArg(entry, 3), blocks = blocksOf(H);
  for (let unit = lo; unit < hi; unit++) {
    const from = (unit % blocks) * CHANNEL_BLOCK, to = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < to; c += 4) {
      const w = to - c, at = floats((unit / blocks) * T * H + c);
      let x = placeArg(entry, 0) + at, y = placeArg(entry, 1) + at;
      let total = f32x4.splat(-Infinity);
      for (let t = 0; t < T; t++) {
        total = logAdd(total, loadPart(x, w));
        storePart(y, total, w);
        x += floats(H);
        y += floats(H);
      }
    }
  }
}

/** (x, y, dy, dx, T, H): s_t = dy_t + s_{t+1} e^(y_t - y_{t+1}), dx_t = s_t e^(x_t - y_t). Unit = (sample, block of channels). */
export function logCumulativeSumExpGrad(entry: usize, lo: i32, hi: i32): void {
  const T = intArg(entry, 4), H = intArg(entry, 5), blocks = blocksOf(H);
  for (let unit = lo; unit < hi; unit++) {
    const from = (unit % blocks) * CHANNEL_BLOCK, to = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < to; c += 4) {
      const w = to - c, at = floats(((unit / blocks) * T + T - 1) * H + c);
      let x = placeArg(entry, 0) + at, y = placeArg(entry, 1) + at, dy = placeArg(entry, 2) + at, dx = placeArg(entry, 3) + at;
      let arriving = f32x4.splat(0), later = loadPart(y, w);
      for (let t = T - 1; t >= 0; t--) {
        const here = loadPart(y, w);
        arriving = settle(madd(arriving, ratio(here, later), loadPart(dy, w)));
        storePart(dx, f32x4.mul(arriving, ratio(loadPart(x, w), here)), w);
        later = here;
        x -= floats(H);
        y -= floats(H);
        dy -= floats(H);
        dx -= floats(H);
      }
    }
  }
}
