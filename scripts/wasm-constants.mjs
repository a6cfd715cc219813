// Moves the constant vectors of a WebAssembly module into memory. V8 builds such a vector from numbers each time it is used, three
// instructions or more; read from memory it takes one, and kernels full of polynomials need two thirds of the time. A data segment would be
// copied by each thread again (build-wasm.mjs), so the numbers are in a custom section that whoever instantiates the module writes into memory.
import binaryen from 'assemblyscript/binaryen';

/** Name of the section: 32-bit words that belong at the address the module was built for. */
const SECTION = 'constants';

const vector = /\(v128\.const i32x4 (0x[0-9a-f]{8}) \1 \1 \1\)/g;

/** Zeros and ones in every bit take one instruction anyway. */
const isCheap = (word) => word === '0x00000000' || word === '0xffffffff';

/** The module with vectors of four equal words read from `address` on, where there is room for `room` words. */
export function constantsInMemory(bytes, address, room) {
  const given = binaryen.readBinary(bytes);
  const places = new Map();
  const text = given.emitText().replaceAll(vector, (whole, word) => {
    if (isCheap(word)) return whole;
    if (!places.has(word)) places.set(word, address + 4 * places.size);
    return `(v128.load32_splat (i32.const ${places.get(word)}))`;
  });
  if (places.size > room)
    throw new Error(`build-wasm: kernels may use ${room} constants, got ${places.size}. Raise CONSTANT_WORDS.`);
  const made = binaryen.parseText(text);
  made.setFeatures(binaryen.Features.All);
  made.addCustomSection(SECTION, new Uint8Array(Uint32Array.from(places.keys(), Number).buffer));
  if (!made.validate()) throw new Error('build-wasm: the module with its constants in memory is not valid');
  const output = made.emitBinary();
  given.dispose();
  made.dispose();
  return output;
}
