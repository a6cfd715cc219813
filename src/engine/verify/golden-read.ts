// What a golden file must have, by its name: a tensor, or sizes of its config. Independent of graphs.
import type { GoldenConfig, GoldenTensor, GoldenTensors } from './golden.ts';

export function tensorIn(tensors: GoldenTensors, name: string): GoldenTensor {
  const tensor = tensors[name];
  if (tensor === undefined)
    throw new Error(`golden: tensor ${name} must be there, got ${Object.keys(tensors).join(', ')}`);
  return tensor;
}

/** Numbers of a config, in the order of these names. */
export function sizesOf<const Names extends readonly string[]>(
  config: GoldenConfig,
  names: Names,
): { readonly [At in keyof Names]: number } {
  const sizes = names.map((name) => {
    const size = config[name];
    if (typeof size !== 'number') throw new Error(`golden: ${name} must be a number, got ${String(size)}`);
    return size;
  });
  return sizes as { readonly [At in keyof Names]: number };
}

/** A number of a config, or what its absence stands for. */
export const sizeOr = (config: GoldenConfig, name: string, absent: number): number =>
  name in config ? sizesOf(config, [name])[0] : absent;
