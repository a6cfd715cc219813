// An address describes the view: written and read back it is the same, and no invalid address breaks the screen.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xAxes } from '../../../charts/axes.ts';
import { summaryKinds } from '../board/summary.ts';
import { fixedCharts, isLineChart, panelIds, type ChartId } from '../view-ids.ts';
import { decodeView, encodeView } from './view-address.ts';
import { plainView, type ViewState } from './view-state.ts';

const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const range = fc
  .tuple(real, real)
  .filter(([a, b]) => a < b)
  .map(([from, to]) => ({ from, to }));
const charts: readonly ChartId[] = [...fixedCharts, 'val/accuracy', 'val/absolute-error'];
const lines = charts.filter(isLineChart);
const id = fc.stringMatching(/^[\w.:-]{1,20}$/).filter((text) => text !== 'none');
const idList = fc.array(id, { maxLength: 4 });
const view: fc.Arbitrary<ViewState> = fc.record({
  panel: fc.constantFrom(...panelIds),
  axis: fc.constantFrom(...xAxes),
  logX: fc.boolean(),
  range: fc.option(range),
  yRanges: fc.dictionary(fc.constantFrom(...lines), range, { noNullPrototype: true }),
  logY: fc.subarray(lines),
  lossMetric: fc.constantFrom('val/loss' as const, 'train/loss' as const),
  speedMetric: fc.constantFrom('speed/tokens' as const, 'speed/steps' as const),
  extra: fc.subarray([...charts]),
  tables: fc.subarray([...charts, 'parallel' as const, 'scatter' as const]),
  alone: fc.option(fc.constantFrom(...lines)),
  smoothing: fc.double({ min: 0, max: 0.99, noNaN: true }),
  seeds: fc.constantFrom('band' as const, 'traces' as const),
  summary: fc.constantFrom(...summaryKinds),
  atStep: fc.nat(),
  ran: fc.boolean(),
  sort: fc.record({ column: id, down: fc.boolean() }),
  filter: fc.string({ unit: 'binary', maxLength: 60 }),
  best: fc.option(fc.integer({ min: 1, max: 1000 })),
  colour: id,
  dash: id,
  groupBy: id,
  across: id,
  compared: id,
  up: id,
  scatterColour: id,
  solo: idList,
  selection: idList,
  run: fc.option(id),
});

describe('the view in the address', () => {
  it('reads back as it was, through a real address too', () => {
    fc.assert(
      fc.property(view, (state) => {
        const query = encodeView(state);
        expect(decodeView(query)).toEqual({ state, ignored: [] });
        // An address cannot contain a lone surrogate.
        if (!state.filter.isWellFormed()) return;
        const address = new URL(`http://lab/?${new URLSearchParams(query).toString()}`);
        expect(decodeView(Object.fromEntries(address.searchParams))).toEqual({ state, ignored: [] });
      }),
    );
  });
  it('of an earlier version names the chart of the accuracy by the word it has now', () => {
    const { state, ignored } = decodeView({ chart: 'accuracy' });
    expect([state.alone, ignored]).toEqual(['val/accuracy', []]);
    expect(encodeView(state)).toEqual({ chart: 'accuracy' });
  });
  it('is empty for a plain view', () => {
    expect(encodeView(plainView)).toEqual({});
  });
  it('takes anything without failing, keeps what is good and names the rest', () => {
    const names = fc.constantFrom(
      'x',
      'zoom',
      'zoomy',
      'sort',
      'best',
      'select',
      'panel',
      'smooth',
      '__proto__',
      'constructor',
    );
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(names, fc.string()), value)), (pairs) => {
        const query = Object.fromEntries(pairs);
        const { state, ignored } = decodeView(query);
        expect(decodeView(encodeView(state)).state).toEqual(state);
        expect(ignored.length).toBeLessThanOrEqual(Object.keys(query).length);
      }),
    );
    const { state, ignored } = decodeView({ x: 'tokens', zoom: '5~1', best: '-3', foo: 'bar', select: '<script>' });
    expect(state).toEqual({ ...plainView, axis: 'tokens' });
    expect(ignored).toEqual(['zoom=5~1', 'best=-3', 'foo=bar', 'select=<script>']);
  });
});
