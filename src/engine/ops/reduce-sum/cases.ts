// Cases of reduceSum.
import { normal, type OpCase } from '../cases.ts';

export function reduceSumCases(): OpCase<'reduceSum'>[] {
  const overs = ['rows', 'last', 'all'] as const;
  const shapes = [[1], [7], [3, 5], [2, 65, 3], [257, 4]];
  return overs.flatMap((over) =>
    shapes.flatMap((shape) =>
      [false, true].map((mean) => ({
        name: `reduceSum ${over}${mean ? ' mean' : ''} [${shape.join(', ')}]`,
        attrs: { over, mean },
        inputs: [normal(...shape)],
      })),
    ),
  );
}
