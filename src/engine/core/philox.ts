// Counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
// The same (seed, stream, step) gives the same draws on every device and after a resume.

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** High 32 bits of the unsigned product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One block: overwrites the four words of `counter` with ten rounds under the key (key0, key1). */
export function philox4x32(counter: Uint32Array, key0: number, key1: number): void {
  let c0 = counter[0] ?? 0;
  let c1 = counter[1] ?? 0;
  let c2 = counter[2] ?? 0;
  let c3 = counter[3] ?? 0;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

/** 32-bit FNV-1a of a name: turns stream names into numbers, the same everywhere. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash >>> 0;
}

/** A sequence of draws keyed by (seed, stream, step). Key = seed and stream, counter = block index and step. */
export class RandomStream {
  readonly #seed: number;
  readonly #stream: number;
  readonly #step: number;
  readonly #block = new Uint32Array(4);
  #index = 0;
  #used = 4;
  #spare: number | null = null;

  constructor(seed: number, stream: string, step = 0) {
    this.#seed = seed >>> 0;
    this.#stream = streamOf(stream);
    this.#step = step;
  }

  /** Uniform integer in [0, 2^32). */
  word(): number {
    if (this.#used === 4) this.#refill();
    return this.#block[this.#used++] ?? 0;
  }

  /** Uniform in [0, 1) with 32 bits. */
  uniform(): number {
    return this.word() / 4294967296;
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number {
    const limit = 4294967296 - (4294967296 % bound);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % bound;
  }

  /** Standard normal by Box-Muller; two draws of 32 bits give two values. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log((this.word() + 1) / 4294967297));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** First `count` of a random permutation of 0 .. size-1 (Fisher-Yates). */
  choose(size: number, count: number): number[] {
    const items = Array.from({ length: size }, (_, i) => i);
    for (let i = 0; i < count; i++) {
      const j = i + this.below(size - i);
      const swap = items[i] ?? 0;
      items[i] = items[j] ?? 0;
      items[j] = swap;
    }
    return items.slice(0, count);
  }

  #refill(): void {
    this.#block[0] = this.#index >>> 0;
    this.#block[1] = Math.floor(this.#index / 4294967296);
    this.#block[2] = this.#step >>> 0;
    this.#block[3] = Math.floor(this.#step / 4294967296);
    philox4x32(this.#block, this.#seed, this.#stream);
    this.#index++;
    this.#used = 0;
  }
}
