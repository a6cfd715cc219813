// Cases of causalConv, with and without what came before.
import { normal, startOptions, when, type OpCase } from '../cases.ts';

export function causalConvCases(): OpCase<'causalConv'>[] {
  const shapes: readonly (readonly [batch: number, time: number, channels: number, taps: number])[] = [
    [1, 1, 1, 1],
    [2, 5, 3, 4],
    [1, 2, 5, 4],
    [3, 63, 7, 3],
    [1, 65, 33, 2],
    [2, 4, 9, 7],
  ];
  return shapes.flatMap(([b, t, c, k]) =>
    startOptions
      .filter((context) => !context || k > 1)
      .map((context) => ({
        name: `causalConv [${b}, ${t}, ${c}] taps ${k}${context ? ' with context' : ''}`,
        attrs: { context },
        inputs: [normal(b, t, c), normal(c, k), normal(c), ...when(context, normal(b, k - 1, c))],
      })),
  );
}
