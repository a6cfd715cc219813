// Cases of linearScan.
import { normal, overSequences, unit, when, type OpCase } from '../cases.ts';

export const linearScanCases = (): readonly OpCase<'linearScan'>[] =>
  overSequences<'linearScan'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [unit(b, t, h), normal(b, t, h), ...when(initial, normal(b, h))],
    }),
    'linearScan',
  );
