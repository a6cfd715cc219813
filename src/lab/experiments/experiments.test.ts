// Checking many variants yields the lab's thread between any two of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expandExperiment } from '../../engine/spec/expand.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import { tinyRace } from '../../../tests/support/experiments.ts';
import { catalogueWith } from './catalogue.ts';
import { Datasets } from '../data/datasets.ts';
import { checkRuns, judge } from './experiments.ts';
import { findHome } from '../files/home.ts';
import { defaultSettings } from '../files/settings.ts';
import { saying } from '../../../tests/support/saying.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-judge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const datasets = new Datasets(
  () => folder,
  () => undefined,
);
const catalogue = catalogueWith(datasets.list());
const grid = (base: ExperimentSpec, variants: number): ExperimentSpec => ({
  ...base,
  variants: Array.from({ length: variants }, (_, i) => ({ model: 'minGru', fields: { d: 1 + (i % 500), layers: 1 } })),
});

/** How many turns others had while `work` continued. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let waiting = setImmediate(function again() {
    turns++;
    waiting = setImmediate(again);
  });
  await work();
  clearImmediate(waiting);
  return turns;
}

describe('judging many variants', () => {
  it('gives others a turn after each of 5,000 variants', async () => {
    const spec = grid(tinyRace(20), 5000);
    const runs = expandExperiment(spec, catalogue);
    expect(runs).toHaveLength(5000);
    expect(await turnsDuring(() => checkRuns(spec, runs, datasets))).toBeGreaterThanOrEqual(5000);
  });

  it('refuses 5,000 and 64,000 runs without multiplying them out', async () => {
    const settings = defaultSettings(findHome({ MINRNN_HOME: folder }));
    const lists = {
      d: Array.from({ length: 40 }, (_, i) => i + 1),
      layers: Array.from({ length: 40 }, (_, i) => i + 1),
    };
    const swept = {
      ...tinyRace(20),
      variants: [{ model: 'minGru', fields: lists }],
      seeds: Array.from({ length: 40 }, (_, i) => i),
    };
    for (const spec of [grid(tinyRace(20), 5000), swept]) {
      const judged = await judge(spec, catalogue, datasets, settings);
      expect(judged).toMatchObject({ spec: null, runs: [] });
      expect(judged.issues).toHaveLength(1);
      expect(judged.issues[0]?.message).toEqual(saying(/at most 1,000.*got (5,000|64,000)/));
    }
  });
});

describe('rows of equal size', () => {
  const settings = defaultSettings(findHome({ MINRNN_HOME: folder }));
  const rows: ExperimentSpec['variants'] = [
    { model: 'minGru', fields: { d: 40, layers: 1 } },
    { model: 'lstm', fields: { d: 40, layers: 1, learningRate: [0.001, 0.01] } },
    { model: 'rwkv4', fields: { layers: 2 } },
  ];

  it('get the width at which they have as many parameters as the first one, and keep it when they are judged again', async () => {
    const spec: ExperimentSpec = { ...tinyRace(20), variants: rows, match: 'parameters' };
    const { spec: found, matched, runs, issues } = await judge(spec, catalogue, datasets, settings);
    expect(issues).toEqual([]);
    expect(matched?.rows.map(({ row }) => row)).toEqual([0, 1, 2]);
    const sizes = matched?.rows.map(({ size }) => size) ?? [];
    for (const size of sizes) expect(Math.abs(size / (sizes[0] ?? 1) - 1)).toBeLessThanOrEqual(0.05);
    const widths = runs.map(({ spec: run }) => run.model.fields['d']);
    expect(widths[0]).toBe(40);
    expect(new Set(widths.slice(1, 3)).size, 'one width for both rates of a row').toBe(1);
    const again = await judge(found, catalogue, datasets, settings);
    expect(again.runs).toEqual(runs);
  });

  it('refuse a list of widths in a row, at that field', async () => {
    const variants = [{ model: 'minGru', fields: { d: [8, 16], layers: 1 } }];
    const judged = await judge({ ...tinyRace(20), variants, match: 'state' }, catalogue, datasets, settings);
    expect(judged.spec).toBeNull();
    expect(judged.issues).toMatchObject([{ field: 'variants[0].fields.d', severity: 'error' }]);
  });
});
