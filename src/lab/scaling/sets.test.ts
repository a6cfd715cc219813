// What `bench scaling` measures, and its time estimates.
import { describe, expect, it } from 'vitest';
import { sizesBetween } from '../../engine/spec/scaling-analysis.ts';
import { estimateSeconds } from './estimate.ts';
import { scalingSets } from './sets.ts';
import { problemOf } from './spec.ts';

const distinct = <T>(values: readonly T[]): number => new Set(values).size;

describe('sets of measurements', () => {
  it('are all possible', () => {
    for (const spec of Object.values(scalingSets).flat()) expect(problemOf(spec)).toBeNull();
  });

  it('by default cover the lengths of the paper, long single layers, several widths and batches, and every implementation', () => {
    const specs = scalingSets.default;
    expect(specs.every(({ vary, from, to }) => vary === 'length' && from === 128 && to >= 4096)).toBe(true);
    expect(specs.some(({ to, layers }) => to === 65_536 && layers === 1)).toBe(true);
    expect(distinct(specs.map(({ width }) => width))).toBeGreaterThanOrEqual(2);
    expect(distinct(specs.map(({ batch }) => batch))).toBeGreaterThanOrEqual(2);
    const lines = specs[0].series.map(({ model, implementation }) => `${model} ${implementation}`);
    for (const model of ['gru', 'lstm'])
      expect(lines).toEqual(expect.arrayContaining([`${model} loop`, `${model} fused`]));
    for (const model of ['minGru', 'minLstm'])
      expect(lines).toEqual(expect.arrayContaining(['fused', 'scan', 'log-scan'].map((one) => `${model} ${one}`)));
  });

  it('take by estimate at most twelve minutes by default, and more when they are long', () => {
    const total = (name: keyof typeof scalingSets): number =>
      scalingSets[name].reduce((sum, spec) => sum + estimateSeconds(spec), 0);
    expect(total('quick')).toBeLessThan(60);
    expect(total('default')).toBeLessThan(720);
    expect(total('long')).toBeGreaterThan(total('default'));
  });

  it('are estimated as less the more of them is done', () => {
    const [spec] = scalingSets.default;
    const points = sizesBetween(spec.from, spec.to).length * spec.series.length;
    const left = Array.from({ length: points + 1 }, (_, done) => estimateSeconds(spec, done));
    for (const [at, seconds] of left.entries()) expect(seconds).toBeLessThanOrEqual(left[at - 1] ?? Infinity);
    expect(left.at(-1)).toBe(0);
  });
});
