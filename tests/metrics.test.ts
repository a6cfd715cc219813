// The metrics a task declares go by the same names through every door, and the best of each is the best by its own direction. Shown with a
// real race on a task without an accuracy: one metric of a unit of its own for which lower is better, one for which higher is.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bests } from '../src/engine/spec/task-metrics.ts';
import { minrnn, type Said } from './support/command-line.ts';
import { readCurves } from './support/curves.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder, writeJson } from './support/program.ts';

const home = scratchFolder();
const session = join(home, 'values.rnnlab');
const names = ['val/loss', 'val/absolute-error', 'val/explained-variance'] as const;
const experiment = tinyRace(60, {
  task: { id: 'adding-v1', fields: { length: 8, evalSequences: 32 } },
  training: { batch: 8, evaluateEvery: 6, learningRate: 0.02 },
});
let raced: Said;
let shown: Said;

beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  const file = writeJson(home, 'values.experiment.json', experiment);
  raced = await minrnn('race', file, '--session', session, '--json');
  expect([raced.code, raced.err]).toEqual([0, '']);
  shown = await minrnn('session', 'show', session);
});
afterAll(() => void delete process.env['MINRNN_HOME']);

const exported = async (format: string, ...more: string[]): Promise<string> =>
  (await minrnn('session', 'export', session, '--format', format, ...more)).out;
const heldOut = (found: Iterable<string>): readonly string[] =>
  [...new Set(found)].filter((name) => name.startsWith('val/')).toSorted();

interface Result {
  readonly type: string;
  readonly name: string;
  readonly last: Readonly<Record<string, number>>;
  readonly bests: Bests;
}

describe('the metrics of a task', () => {
  const results = (): readonly Result[] =>
    raced.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Result)
      .filter(({ type }) => type === 'result');

  it('have their best values by their own direction, at the step where the curve has them', async () => {
    const curves = await readCurves(session);
    expect(results().map(({ name }) => name)).toEqual(curves.map(({ name }) => name));
    for (const { name: run, last, bests } of results()) {
      const points = curves.find(({ name }) => name === run)?.points ?? {};
      for (const name of names) {
        const { step = [], value = [] } = points[name] ?? {};
        const finite = value.map((one) => one ?? NaN);
        expect(finite, name).toHaveLength(11);
        const best = name === 'val/explained-variance' ? Math.max(...finite) : Math.min(...finite);
        expect(bests[name], `${run} ${name}`).toEqual({ step: step[finite.indexOf(best)], value: best });
        expect(last[name], name).toBe(finite.at(-1));
      }
      const [loss = [], explained = []] = ['val/loss', 'val/explained-variance'].map(
        (name) => points[name]?.value ?? [],
      );
      loss.forEach((one, i) => expect(explained[i]).toBeCloseTo(1 - 6 * (one ?? NaN), 9));
      // A mean absolute error lies below the root of the mean square.
      const absolute = points['val/absolute-error']?.value ?? [];
      loss.forEach((one, i) => expect(absolute[i]).toBeLessThanOrEqual(Math.sqrt(one ?? NaN)));
    }
  });

  it('are named the same in every file', async () => {
    const csv = (await exported('csv')).split('\r\n').map((row) => row.split(',')[5] ?? '');
    expect(heldOut(csv)).toEqual(names.toSorted());
    const json = JSON.parse(await exported('json')) as {
      readonly runs: readonly {
        readonly metrics: readonly { readonly metric: string }[];
        readonly facts: { readonly metrics: readonly object[] };
      }[];
    };
    for (const run of json.runs) {
      expect(heldOut(run.metrics.map(({ metric }) => metric))).toEqual(names.toSorted());
      expect(run.facts.metrics).toMatchObject([
        { name: 'val/loss', better: 'lower' },
        { name: 'val/absolute-error', title: 'Mean absolute error', better: 'lower', chance: 1 / 3 },
        { name: 'val/explained-variance', title: 'Explained variance', better: 'higher', chance: 0 },
      ]);
    }
    const table = join(home, 'values.parquet');
    await exported('parquet', '--out', table);
    const rows = await parquetReadObjects({ file: Uint8Array.from(readFileSync(table)).buffer });
    expect(heldOut(rows.map((row) => String(row['metric'])))).toEqual(names.toSorted());
    const folder = join(home, 'board');
    await exported('tensorboard', '--out', folder);
    const events = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('tfevents'),
    );
    for (const file of events) {
      const tags = readFileSync(join(folder, file), 'latin1').match(/val\/[a-z]+(-[a-z]+)*/g) ?? [];
      expect(heldOut(tags)).toEqual(names.toSorted());
    }
  });

  it('are columns of every table, and no table has an accuracy', async () => {
    expect(shown.out).toMatch(/MAE +R²/);
    const [head = ''] = (await exported('table-csv')).split('\r\n');
    const columns = [
      'val_absolute_error',
      'best_val_absolute_error',
      'val_explained_variance',
      'best_val_explained_variance',
    ];
    expect(head.split(',')).toEqual(expect.arrayContaining(columns));
    const report = await exported('html');
    for (const text of ['<th>MAE</th>', '<th>Best R²</th>', 'alt="Mean absolute error"', 'alt="Explained variance"'])
      expect(report).toContain(text);
    for (const text of [shown.out, head, report, raced.out]) expect(text).not.toMatch(/accuracy/i);
  });
});
