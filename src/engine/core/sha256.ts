// SHA-256 (FIPS 180-4) without Node or a promise, so that the page and the lab name the same content alike at once. For short texts: files are hashed
// by the platform. Pure.
import { itemAt } from './item.ts';

/** First 32 bits of the fractional part of a root of the first primes. */
function rootBits(count: number, root: (prime: number) => number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}

const constants = rootBits(64, Math.cbrt);
const start = rootBits(8, Math.sqrt);

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function padded(bytes: Uint8Array): DataView {
  const all = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64));
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setUint32(all.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(all.length - 4, bytes.length << 3);
  return view;
}

function schedule(view: DataView, at: number): Int32Array {
  const w = new Int32Array(64);
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const [early, late] = [itemAt(w, i - 15), itemAt(w, i - 2)];
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    w[i] = itemAt(w, i - 16) + s0 + itemAt(w, i - 7) + s1;
  }
  return w;
}

type Eight = [number, number, number, number, number, number, number, number];

function compress(state: Int32Array, w: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = [...state] as Eight;
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + itemAt(constants, i) + itemAt(w, i)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = itemAt(state, at) + word));
}

/** 64 hexadecimal digits, of the text as UTF-8. */
export function sha256(text: string): string {
  const view = padded(new TextEncoder().encode(text));
  const state = Int32Array.from(start);
  for (let at = 0; at < view.byteLength; at += 64) compress(state, schedule(view, at));
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
