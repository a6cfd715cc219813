import { say } from '../../../engine/core/say.ts';
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../../engine/spec/catalogue.ts';
import type { ScalingPoint, ScalingResult, ScalingSpec } from '../../../engine/spec/scaling.ts';
import { i18n } from '../../i18n/index.ts';
import { memoryChart, paperPoints, ratioChart, timeChart } from './scaling-lines.ts';
import PointTable from './PointTable.vue';
import { placeMarks } from './mark-layout.ts';
import { draftOf, problemsOf, specOf, withAxis } from './scaling-draft.ts';
import { scalingCsv } from './scaling-export.ts';
import { gutterOf, place, sizeAt, tipRows, whiskersOf } from './scaling-plot.ts';

const model = (kind: string, title: string): ModelInfo => ({
  kind,
  title,
  summary: '',
  family: 'elementwise',
  year: 2024,
  equations: [],
  paper: '',
  implementations: [],
  fields: {},
});
const models = [model('minGru', 'minGRU'), model('gru', 'GRU')];
const spec: ScalingSpec = {
  format: 'minrnn-scaling',
  version: 1,
  vary: 'length',
  from: 16,
  to: 64,
  length: 256,
  width: 8,
  batch: 2,
  layers: 1,
  series: [
    { model: 'gru', implementation: 'fused' },
    { model: 'minGru', implementation: 'loop' },
  ],
  device: { kind: 'cpu', threads: 1 },
  warmUp: 1,
  repeats: 3,
};
const measured = (series: number, at: number, seconds: number): ScalingPoint => ({
  series,
  at,
  outcome: 'measured',
  reason: null,
  stepSeconds: { median: seconds, q1: seconds * 0.9, q3: seconds * 1.2 },
  compileSeconds: 0.1,
  memory: null,
  peakBytes: 1e6 * at,
  loss: 1,
});
const unfit: ScalingPoint = {
  ...measured(1, 64, 1),
  outcome: 'did-not-fit',
  reason: say`needs 9 GiB, "free" is 8`,
  stepSeconds: null,
  compileSeconds: null,
  peakBytes: null,
  memory: { weights: 1, gradients: 1, optimiser: 1, activations: 9e9, workspace: 0, inputOutput: 0, total: 9e9 },
  loss: null,
};
const result: ScalingResult = {
  id: 'a',
  spec,
  state: 'finished',
  started: '2026-01-01T00:00:00Z',
  seconds: 3,
  planned: 6,
  points: [measured(0, 16, 0.002), measured(1, 16, 0.001), measured(0, 32, 0.002), measured(1, 32, 0.004), unfit],
  environment: null,
  memoryFree: 8e9,
};
const input = { result, models, logX: true, logY: true };

beforeEach(() => setActivePinia(createPinia()));

describe('settings of a measurement', () => {
  it('come back as the spec they were made from', () => {
    expect(specOf(draftOf(spec), spec)).toEqual(spec);
    expect(problemsOf(draftOf(spec))).toEqual([]);
  });

  it('are refused in words: no number, ends the wrong way round, nothing to measure', () => {
    const draft = draftOf(spec);
    const typed = (change: object) => problemsOf({ ...draft, typed: { ...draft.typed, ...change } });
    expect(typed({ width: 'wide' }).map(({ field }) => field)).toEqual(['width']);
    expect(typed({ from: '64', to: '16' }).map(({ field }) => field)).toEqual(['to']);
    expect(typed({ to: '1,024' })).toEqual([]);
    expect(problemsOf({ ...draft, series: draft.series.map((one) => ({ ...one, on: false })) })).toHaveLength(1);
  });

  it('ignore the fixed value of what is varied', () => {
    const draft = withAxis(draftOf(spec), 'width');
    expect(problemsOf({ ...draft, typed: { ...draft.typed, width: '' } })).toEqual([]);
    expect(specOf(draft, spec)).toMatchObject({ vary: 'width', length: 256 });
  });
});

describe('charts of a measurement', () => {
  it('mark where the lines cross, between the sizes', () => {
    const [mark] = timeChart(input, 0).marks;
    expect(mark?.x).toBeCloseTo(16 * Math.SQRT2, 6);
  });

  it('mark no crossing that the quartiles do not confirm, and mark disturbed points', () => {
    const points = result.points.map((point) =>
      point.series === 1 && point.stepSeconds
        ? { ...point, stepSeconds: { ...point.stepSeconds, q1: 0.0005, q3: 0.0045 } }
        : point,
    );
    const unclear = { ...input, result: { ...result, points } };
    const time = timeChart(unclear, 0);
    expect(time.marks).toEqual([]);
    expect(time.lines.map(({ disturbed }) => disturbed)).toEqual([[], [16, 32]]);
    expect(ratioChart(unclear, 1, false).lines.map(({ disturbed }) => disturbed)).toEqual([[16, 32]]);
    expect(tipRows(time, 16).map(({ value }) => value)).toEqual(['2.00 ms', '~1.00 ms']);
    const [steady, restless] = time.lines.map((line) => whiskersOf(line, { x: (v) => v, y: (v) => 1000 * v }));
    expect(steady).toBe('');
    expect(restless).toBe('M13.0 0.5h6M13.0 4.5h6M16.0 0.5V4.5M29.0 0.5h6M29.0 4.5h6M32.0 0.5V4.5');
  });

  it('compare with the chosen line and show only the two points of the paper', () => {
    const ratio = ratioChart(input, 0, true);
    expect(ratio.lines.map(({ key }) => key)).toEqual(['paper', '1']);
    expect(ratio.lines[0]?.points).toEqual(paperPoints);
    expect(ratio.lines[1]?.points).toEqual([
      { x: 16, y: 2 },
      { x: 32, y: 0.5 },
    ]);
    expect(
      ratioChart({ ...input, result: { ...result, spec: { ...spec, vary: 'batch' } } }, 0, true).lines,
    ).toHaveLength(1);
  });

  it('cross out what did not fit and show how much memory is free', () => {
    const memory = memoryChart(input);
    expect(memory.lines[1]?.crosses.map(({ x }) => x)).toEqual([64]);
    expect(memory.guides.map(({ y }) => y)).toEqual([8e9]);
  });

  it('mark what memory really grew by, to be compared with the plan', () => {
    const plan = { weights: 1e6, gradients: 0, optimiser: 0, activations: 0, workspace: 0, inputOutput: 0, total: 1e6 };
    const points = result.points.map((point) =>
      point.series === 0
        ? { ...point, memory: plan, growth: { bytes: 1_020_000, counted: 'resident' as const } }
        : point,
    );
    const chart = memoryChart({ ...input, result: { ...result, points } });
    const [first, second] = chart.lines.map(({ grown }) => grown.map(({ x, y, words }) => [x, y, words]));
    expect(first?.map(([x, y]) => [x, y])).toEqual([
      [16, 1_020_000],
      [32, 1_020_000],
    ]);
    expect(second).toEqual([]);
    expect(tipRows(chart, 16).map(({ spread }) => spread)).toContain('check +2.0 %');
  });

  it('keep every point inside the picture and labels apart', () => {
    const chart = timeChart(input, 0);
    const placed = place(chart, 600, 300, 150);
    for (const { points } of chart.lines)
      for (const point of points) {
        expect(placed.x(point.x)).toBeGreaterThanOrEqual(placed.left);
        expect(placed.x(point.x)).toBeLessThanOrEqual(placed.right);
        expect(placed.y(point.y)).toBeGreaterThanOrEqual(placed.top);
        expect(placed.y(point.y)).toBeLessThanOrEqual(placed.bottom);
      }
    const [first, second] = placed.labels.map(({ y }) => y);
    expect(Math.abs((first ?? 0) - (second ?? 0))).toBeGreaterThanOrEqual(14);
  });
});

describe('words of a chart', () => {
  const eight = (label: string, note: string): number => 8 * (label.length + note.length);

  it('keep their notes where there is room and lose them first where there is none', () => {
    const chart = timeChart(input, 0);
    expect(gutterOf(chart, 900, eight)).toMatchObject({ notes: true });
    const narrow = gutterOf(chart, 300, eight);
    expect(narrow.notes).toBe(false);
    expect(narrow.width).toBeLessThanOrEqual(126);
  });

  it('of two crossovers close together do not cover each other', () => {
    const [mark] = timeChart(input, 0).marks;
    if (mark === undefined) throw new Error('a crossover is expected');
    const chart = { ...timeChart(input, 0), marks: [mark, { ...mark, x: mark.x * 1.02 }] };
    const [a, b] = place(chart, 600, 300, 150).marks;
    const apart = a?.anchor !== b?.anchor || Math.abs((a?.labelY ?? 0) - (b?.labelY ?? 0)) >= 13;
    expect(apart).toBe(true);
    expect(mark.title).toBe('minGRU · loop meets GRU · fused near length 23 (between 16 and 32).');
  });

  it('of a crossover stand off the lines where there is room', () => {
    const chart = timeChart(input, 0);
    const lines = [[0, 150, 600].map((x) => ({ x, y: 106 }))];
    const [mark] = chart.marks;
    if (mark === undefined) throw new Error('a crossover is expected');
    const at = () => ({ x: 300, y: 90 });
    const [placed] = placeMarks([mark], lines, at, { left: 40, right: 600, bottom: 280 });
    expect(placed?.labelY).toBe(80);
    const crowded = [...lines, ...[70, 76, 82].map((y) => [0, 600].map((x) => ({ x, y })))];
    expect(placeMarks([mark], crowded, at, { left: 40, right: 600, bottom: 280 })[0]?.labelY).toBe(126);
  });

  it('under the cursor are those of the nearest size, highest first, with what is missing in words', () => {
    const chart = timeChart(input, 0);
    const placed = place(chart, 600, 300, 150);
    expect(sizeAt(chart, placed.x(30), placed)).toBe(32);
    expect(tipRows(chart, 32).map(({ label, value }) => [label, value])).toEqual([
      ['minGRU · loop', '4.00 ms'],
      ['GRU · fused', '2.00 ms'],
    ]);
    expect(tipRows(chart, 64).map(({ value, missing }) => value ?? missing)).toEqual(['–', 'did not fit']);
    expect(tipRows(chart, 32)[0]?.spread).toBe('±0.60');
  });
});

describe('measured points', () => {
  const tableOf = (shown: ScalingResult) =>
    mount(PointTable, { props: { result: shown, models, base: 0, against: 1 }, global: { plugins: [i18n] } });

  it('end with where each line crosses the chosen one, or that it is not clear', () => {
    expect(tableOf(result).find('tfoot').text()).toMatch(/^Crossing\s*–\s*23$/);
    const restless = { median: 0.004, q1: 0.001, q3: 0.005 };
    const points = result.points.map((point) =>
      point.series === 1 && point.at === 32 ? { ...point, stepSeconds: restless, setAside: restless } : point,
    );
    const table = tableOf({ ...result, points });
    const cell = table.find('tfoot td:nth-child(3)');
    expect(cell.text()).toBe('not clear');
    expect(cell.attributes('title')).toBe('minGRU · loop and GRU · fused: no clear crossing.');
    const disturbed = table.findAll('tbody td').find((one) => one.text().startsWith('~4.00'));
    expect(disturbed?.find('[title]').attributes('title')).toBe(
      'Disturbed: the middle half reaches from 1.00 to 5.00 ms. Measured twice; set aside: 4.00 ms (from 1.00 to 5.00 ms).',
    );
  });

  it('have the fastest of a row in bold and say what did not fit', async () => {
    const table = mount(PointTable, {
      props: { result, models, base: 0, against: 1 },
      global: { plugins: [i18n] },
    });
    await flushPromises();
    expect(table.findAll('.fast').map((cell) => cell.text())).toEqual(['1.00', '2.00']);
    expect(table.find('.bad').text()).toBe('did not fit');
    expect(table.find('.bad').attributes('title')).toContain('Needs 9 GiB');
  });

  it('are exported with quoted reasons, one line each', () => {
    const lines = scalingCsv(result).trim().split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines[5]).toContain('"needs 9 GiB, ""free"" is 8"');
  });
});
