// Widths for races of equal size: every model of the registry meets the size of another one by the program's own count, or is refused with a reason.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { english } from '../core/say.ts';
import { models, type ModelKind } from '../models/registry.ts';
import { matchedSizes } from '../spec/match.ts';
import { smallSpec } from '../verify/small-run.ts';
import { buildProgram } from './program.ts';
import { matchRun, matchTolerance, resized, runSize } from './match.ts';
import { setUpRun } from './setup.ts';
import { sizeOf } from '../core/tensor.ts';

const kinds = Object.keys(models) as ModelKind[];
const first = smallSpec({ model: 'minGru', fields: { layers: 2, d: 96, expansion: 1 } });
const specOf = (model: ModelKind) => smallSpec({ model, fields: { layers: 2, d: 96, expansion: 1 } });

describe('equal sizes', () => {
  it.each(kinds)(
    '%s has as many parameters as minGRU at the width that is chosen, by the program of its training',
    (kind) => {
      const wanted = unwrap(runSize(first, null, 'parameters'));
      const { width, expansion, size } = unwrap(matchRun(specOf(kind), null, 'parameters', wanted));
      expect(Math.abs(size / wanted - 1)).toBeLessThanOrEqual(matchTolerance);
      const { variables } = buildProgram(unwrap(setUpRun(resized(specOf(kind), width, expansion), null)));
      const weights = variables.filter(({ role }) => role === 'weight');
      expect(weights.reduce((sum, { type }) => sum + sizeOf(type.shape), 0)).toBe(size);
    },
  );

  it.each(matchedSizes)('leaves a run as it is that has the wanted %s', (what) => {
    const wanted = unwrap(runSize(first, null, what));
    expect(matchRun(first, null, what, wanted)).toMatchObject({ value: { width: 96, expansion: 1, size: wanted } });
  });

  it('finds the width of equal work and of equal state', () => {
    const lstm = specOf('lstm');
    for (const what of ['flops', 'state'] as const) {
      const wanted = unwrap(runSize(first, null, what));
      const { width, size } = unwrap(matchRun(lstm, null, what, wanted));
      expect(width, what).toBeLessThan(96);
      expect(Math.abs(size / wanted - 1), what).toBeLessThanOrEqual(matchTolerance);
    }
  });

  it('says which width comes nearest where none is near enough', () => {
    const found = matchRun(specOf('lstm'), null, 'parameters', 25);
    expect(found.ok ? '' : english(found.error.message)).toMatch(
      /^LSTM: no width gives 25 parameters within 5 %; the nearest is \d+ with \d+\.$/,
    );
  });
});
