// The bars of training memory compare planned bytes, never process memory.
import { describe, expect, it } from 'vitest';
import type { MemoryReport } from '../../../../engine/spec/metrics.ts';
import { memoryPartsOf } from '../../../../engine/spec/memory-parts.ts';
import type { RunGroup } from '../run-groups.ts';
import { memoryBars } from './memory-rows.ts';

const mebibyte = 2 ** 20;
const report = (activations: number): MemoryReport => ({
  weights: mebibyte,
  gradients: mebibyte,
  optimiser: 2 * mebibyte,
  activations,
  workspace: 0,
  inputOutput: 100,
  total: 4 * mebibyte + activations + 100,
});

const group = (name: string, memory: MemoryReport | null, peakBytes: number): RunGroup => {
  const run = { id: name, name, identity: 0, peakBytes, facts: memory === null ? null : { memory } };
  return { key: name, identity: 0, name, runs: [run], first: run } as unknown as RunGroup;
};

describe('memoryBars', () => {
  const small = group('small', report(0), 208 * mebibyte);
  const large = group('large', report(8 * mebibyte), 113 * mebibyte);
  const waiting = group('waiting', null, 0);

  it('sorts by what training needs, whatever the processes take; runs without a plan come last', () => {
    const { rows } = memoryBars([waiting, small, large], null);
    expect(rows.map((row) => row.name)).toEqual(['large', 'small', 'waiting']);
    expect(rows.every((row) => row.ratio === null)).toBe(true);
  });

  it('marks what the memory of the seed furthest from its plan really grew by, inside the scale', () => {
    const plan = report(0);
    const seed = (bytes: number): object => ({
      id: String(bytes),
      facts: { memory: plan, growth: { bytes, counted: 'resident' } },
    });
    const seeds = { ...small, runs: [seed(plan.total), seed(2 * plan.total)] } as unknown as RunGroup;
    const { rows, scale } = memoryBars([seeds, waiting], null);
    expect(rows[0]?.check).toMatchObject({ growth: { bytes: 2 * plan.total }, share: 1, off: true });
    expect(rows[1]?.check).toBeNull();
    expect(scale).toBeGreaterThanOrEqual(2 * plan.total);
  });

  it('gives the ratio to the baseline and one linear scale from 0 on which every bar fits', () => {
    const { rows, scale, ticks } = memoryBars([small, large, waiting], small);
    expect(rows.map((row) => row.ratio)).toEqual([report(8 * mebibyte).total / report(0).total, 1, null]);
    expect(ticks[0]).toBe(0);
    expect(Math.max(...ticks)).toBeLessThanOrEqual(scale);
    for (const { report: plan } of rows) {
      if (plan === null) continue;
      expect(plan.total).toBeLessThanOrEqual(scale);
      expect(memoryPartsOf(plan).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.total);
    }
  });
});
