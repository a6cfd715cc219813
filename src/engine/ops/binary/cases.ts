// Cases of binary: each function, with b as large as a, a row of it and a scalar.
import type { Shape } from '../../core/tensor.ts';
import type { BinaryFn } from '../kinds.ts';
import { normal, positive, type OpCase } from '../cases.ts';

export function binaryCases(): OpCase<'binary'>[] {
  const functions: readonly BinaryFn[] = ['add', 'sub', 'mul', 'div', 'max'];
  const pairs: readonly (readonly [Shape, Shape])[] = [
    [[], []],
    [[7], [7]],
    [
      [3, 5],
      [3, 5],
    ],
    [[3, 5], [5]],
    [[3, 5], []],
    [
      [2, 65, 3],
      [65, 3],
    ],
    [[4, 1], [1]],
    [[130], []],
  ];
  return functions.flatMap((fn) =>
    pairs.map(([a, b]) => ({
      name: `binary ${fn} [${a.join(', ')}] [${b.join(', ')}]`,
      attrs: { fn },
      inputs: [normal(...a), fn === 'div' ? positive(...b) : normal(...b)],
    })),
  );
}
