// dropout on webgpu: one Philox block (four words) an invocation, in integers, so the mask has the reference's bits. Where the first element is
// not the first of a block, the first block has fewer.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { dropoutThreshold, elementsOfSample } from './mask.ts';

/** Philox 4x32-10; WGSL has no wide product, so its high half comes from four products of 16 bits. */
const PHILOX = `
fn multiply_high(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u; let bl = b & 0xffffu; let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let carry = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (carry >> 16u);
}
fn philox(start: vec4<u32>, key0: u32, key1: u32) -> vec4<u32> {
  var w = start;
  var k0 = key0;
  var k1 = key1;
  for (var i = 0u; i < 10u; i++) {
    let high0 = multiply_high(0xd2511f53u, w.x);
    let high1 = multiply_high(0xcd9e8d57u, w.z);
    w = vec4<u32>(high1 ^ w.y ^ k0, 0xcd9e8d57u * w.z, high0 ^ w.w ^ k1, 0xd2511f53u * w.x);
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  return w;
}`;

export const dropoutWebgpu: GpuLowering<OpAttrs['dropout']> = (gpu, { rate, stream }) => {
  const x = operand(gpu.inputs, 0);
  const size = sizeOf(x.type.shape);
  const counter = { ...operand(gpu.inputs, 1), dtype: 'u32' as const };
  const { declarations, names, buffers } = bind({ x, counter, y: operand(gpu.outputs, 0) });
  const { groups, head } = flat(Math.ceil((size + 3) / 4), gpu.traits, 64);
  const perSample = `${elementsOfSample(x.type.shape)}u`;
  const code = `${declarations}
${PHILOX}
${head}
  let low = counter[4] * ${perSample};
  let block = ((low >> 2u) | (multiply_high(counter[4], ${perSample}) << 30u)) + index;
  let words = philox(vec4<u32>(block, 0u, counter[2], counter[3]), counter[0], ${stream >>> 0}u ^ counter[1]);
  for (var i = 0u; i < 4u; i++) {
    let at = 4u * index + i - (low & 3u);
    if (at >= ${size}u) { continue; }
    ${names['y']}[at] = select(0f, ${names['x']}[at] * ${real(1 / (1 - rate))}, words[i] >= ${dropoutThreshold(rate)}u);
  }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
