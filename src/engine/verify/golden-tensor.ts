// A tensor of a golden file that must be there: a recipe that names another is wrong.
import type { GoldenTensor, GoldenTensors } from './golden.ts';

export function tensorIn(tensors: GoldenTensors, name: string): GoldenTensor {
  const found = tensors[name];
  if (found === undefined)
    throw new Error(`golden: ${name} must be in the case, got ${Object.keys(tensors).join(', ')}`);
  return found;
}
