// Random words in WGSL: Philox 4x32-10, the same words as core/philox.ts. WGSL has no wide product, so its high half comes from four products
// of 16 bits.
export const PHILOX = `
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
