// Random words on the host: for references in float64, and for a device without whole numbers of 32 bits. Independent of devices.
import { itemAt } from '../core/item.ts';
import { philox4x32 } from '../core/philox.ts';
import { sizeOf, type Shape } from '../core/tensor.ts';

/** Elements of one sample: the first extent counts samples. */
export const elementsOfSample = (shape: Shape): number => sizeOf(shape.slice(1));

/**
 * The word of each element of a tensor. Element e of a sample is number e + elements of all samples before it; number k takes word k mod 4 of
 * block floor(k / 4), block numbers modulo 2^32.
 */
export function wordsOf(shape: Shape, counter: ArrayLike<number>, stream: number): Uint32Array {
  const [seedLow = 0, seedHigh = 0, stepLow = 0, stepHigh = 0, firstSample = 0] = Array.from(counter);
  const block = new Uint32Array(4);
  const first = (firstSample >>> 0) * elementsOfSample(shape);
  return Uint32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const number = first + i;
    if (i === 0 || number % 4 === 0) {
      block.set([Math.floor(number / 4) % 2 ** 32, 0, stepLow, stepHigh]);
      philox4x32(block, seedLow, (stream ^ seedHigh) >>> 0);
    }
    return itemAt(block, number % 4);
  });
}
