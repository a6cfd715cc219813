// The random words that decide what dropout keeps, on the host: for the reference, and for a device without 32-bit integers.
import { philox4x32 } from '../../core/philox.ts';
import type { OpAttrs } from '../kinds.ts';
import { dropoutThreshold } from './mask.ts';

/** Whether each of `size` elements is kept, in order. Block numbers are taken modulo 2^32. */
export function forEachWord(
  size: number,
  perSample: number,
  counter: ArrayLike<number>,
  { rate, stream }: OpAttrs['dropout'],
  say: (element: number, kept: boolean) => void,
): void {
  const [seedLow = 0, seedHigh = 0, stepLow = 0, stepHigh = 0, firstSample = 0] = Array.from(counter);
  const threshold = dropoutThreshold(rate);
  const words = new Uint32Array(4);
  const first = (firstSample >>> 0) * perSample;
  for (let i = 0; i < size; i++) {
    const number = first + i;
    if (i === 0 || number % 4 === 0) {
      words[0] = Math.floor(number / 4) % 2 ** 32;
      words[1] = 0;
      words[2] = stepLow;
      words[3] = stepHigh;
      philox4x32(words, seedLow, (stream ^ seedHigh) >>> 0);
    }
    say(i, (words[number % 4] ?? 0) >= threshold);
  }
}
