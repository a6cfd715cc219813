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
