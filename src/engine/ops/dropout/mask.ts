// What all kernels of dropout agree on: which number of the batch an element is, and below which word it is dropped.
import { sizeOf, type Shape } from '../../core/tensor.ts';

/** Elements of one sample: the first extent counts samples. */
export const elementsOfSample = (shape: Shape): number => sizeOf(shape.slice(1));

/** Words below this are dropped: rate as a fraction of 2^32. */
export const dropoutThreshold = (rate: number): number => Math.floor(rate * 4294967296);
