// What a person chooses among many runs: the filter keeps what it describes, every missing run has one reason, and looks match the legends.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../protocol/state.ts';
import { identityOf } from '../../../identity/identity.ts';
import type { SettingsColumn } from '../board/settings-columns.ts';
import type { RunGroup } from '../run-groups.ts';
import { chooseRuns } from './chosen.ts';
import { parseFilter, withComparisons, type Quantity } from './filter.ts';
import { colourLegend } from './legends.ts';
import { carriersOf, looksOf } from './looks.ts';

const lr: Quantity = { key: 'training.learningRate', names: ['lr', 'learning rate'], numeric: true };
const model: Quantity = { key: 'model', names: ['model'], numeric: false };
const row = (rate: number | null, kind = 'minGRU') => ({
  text: `${kind} finished`,
  values: { 'training.learningRate': rate, model: kind },
});

describe('the filter', () => {
  const keeps = (line: string, given = row(0.003)): boolean =>
    parseFilter(line, [lr, model]).rules.every((rule) => rule.keeps(given));

  it('understands words, comparisons, other signs and several values', () => {
    const yes = [
      '',
      'mingru',
      'lr > 1e-3',
      'LR >= 0.003, model = mingru',
      'learning rate = 3e-3 and lr < 1',
      'lr ≥ 3e-3；lr ≤ 3e-3',
      'model = GRU|minGRU',
      'model != GRU|LSTM',
      '"minGRU finished"',
    ];
    for (const line of yes) expect(keeps(line), line).toBe(true);
    for (const line of ['gru2', 'lr > 1', 'lr != 3e-3', 'model = GRU', 'model != minGRU|GRU'])
      expect(keeps(line), line).toBe(false);
  });
  it('says what it does not know and applies the rest', () => {
    const filter = parseFilter('speed of light > 3, lr > 1e-3, lr < fast', [lr, model]);
    expect(filter.problems.map(({ kind, what }) => [kind, what])).toEqual([
      ['unknown', 'speed of light'],
      ['number', 'fast'],
    ]);
    expect(filter.rules.map(({ term }) => term.text)).toEqual(['lr > 1e-3']);
  });
  it('takes a run without the setting for neither more nor less', () => {
    for (const line of ['lr > 0', 'lr <= 0', 'lr = 0']) expect(keeps(line, row(null)), line).toBe(false);
    expect(keeps('lr != 0', row(null))).toBe(true);
  });
  it('never fails, whatever is typed, and what is hidden by one rule is not by its opposite', () => {
    fc.assert(fc.property(fc.string(), (line) => void parseFilter(line, [lr, model])));
    const sign = fc.constantFrom(['<', '>='] as const, ['>', '<='] as const, ['=', '!='] as const);
    const rate = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(sign, rate, rate, ([one, other], value, limit) => {
        expect(keeps(`lr ${one} ${limit}`, row(value))).not.toBe(keeps(`lr ${other} ${limit}`, row(value)));
      }),
    );
  });
  it('reads back what a brush writes, and leaves other terms alone', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !text.includes('"'));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), (values) => {
        const line = withComparisons('fast words, model = GRU', model, [{ operator: '=', values }]);
        const { rules, problems } = parseFilter(line, [lr, model]);
        expect(problems).toEqual([]);
        expect(rules.map(({ term }) => (term.kind === 'compare' ? term.values : term.text))).toEqual([
          'fast words',
          values,
        ]);
      }),
      { examples: [[['a, b']], [['rock and roll']], [['a|b', 'c']]] },
    );
    expect(withComparisons('lr >= 1, fast', lr, [])).toBe('fast');
  });
});

const run = (id: string, given: Partial<RunState> = {}): RunState =>
  ({ id, name: id, hidden: false, spec: { seed: 1 }, ...given }) as RunState;
const group = (runs: readonly RunState[], identity = 0): RunGroup => ({
  key: runs[0]?.id ?? '',
  identity,
  name: runs[0]?.name ?? '',
  runs,
  first: runs[0],
});

describe('what is shown', () => {
  const rowOf = (_: RunGroup, one: RunState) => ({ text: one.name, values: { seed: one.spec.seed } });
  const seed: Quantity = { key: 'seed', names: ['seed'], numeric: true };

  it('has one reason for each run that is missing, whatever is combined', () => {
    const runs = fc.array(fc.record({ seed: fc.nat(3), hidden: fc.boolean() }), { maxLength: 30 });
    const line = fc.constantFrom('', 'seed > 0', 'seed > 0, seed < 3', 'r1');
    fc.assert(
      fc.property(runs, line, fc.option(fc.nat(6)), fc.boolean(), (given, filter, best, alone) => {
        const all = given.map((one, at) =>
          run(`r${at}`, { hidden: one.hidden, spec: { seed: one.seed } as RunState['spec'] }),
        );
        const groups = all.map((one) => group([one]));
        const { rules } = parseFilter(filter, [seed]);
        const chosen = chooseRuns(groups, { rules, best, solo: alone ? new Set(['r0', 'r2']) : null, rowOf });
        expect(chosen.total).toBe(all.length);
        expect(chosen.shown + chosen.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(chosen.total);
        if (best !== null) expect(chosen.listed.length).toBeLessThanOrEqual(best);
        for (const one of chosen.drawn.flatMap(({ runs: drawn }) => drawn))
          expect(rules.every((rule) => rule.keeps(rowOf(groups[0], one)))).toBe(true);
      }),
    );
  });
  it('takes single seeds out of a variant', () => {
    const pair = group([1, 2].map((n) => run(`s${n}`, { spec: { seed: n } as RunState['spec'] })));
    const { rules } = parseFilter('seed = 2', [seed]);
    const { drawn } = chooseRuns([pair], { rules, best: null, solo: null, rowOf });
    expect(drawn.map(({ runs: left }) => left.map(({ id }) => id))).toEqual([['s2']]);
  });
});

describe('looks', () => {
  const column = (id: string, numeric: boolean): SettingsColumn => ({
    id,
    owner: null,
    name: id,
    field: null,
    numeric,
    valueOf: (spec) => (spec as unknown as Record<string, string | number>)[id] ?? null,
  });
  const [rate, kind] = [column('lr', true), column('model', false)];
  const grid = (count: number): readonly RunGroup[] =>
    Array.from({ length: count }, (_, at) =>
      group(
        [
          run(`g${at}`, {
            spec: { seed: 1, lr: 10 ** -(at % 5), model: at % 2 ? 'GRU' : 'minGRU' } as unknown as RunState['spec'],
          }),
        ],
        at,
      ),
    );

  it('are identities of few runs; of many, colour carries the number and dash the model', () => {
    const few = carriersOf({ colour: 'auto', dash: 'auto' }, grid(8), [kind, rate]);
    expect(few).toEqual({ colour: null, dash: null });
    expect(looksOf(grid(3), few, null).get('g1')).toEqual(identityOf(1));
    const many = carriersOf({ colour: 'auto', dash: 'auto' }, grid(40), [kind, rate]);
    expect([many.colour?.id, many.dash?.id]).toEqual(['lr', 'model']);
  });
  it('are those of the models where there are more models than dashes, and no setting that some lack', () => {
    const zoo = (models: number, rates: number): readonly RunGroup[] =>
      Array.from({ length: models * rates }, (_, at) => {
        const spec = {
          seed: 1,
          model: `m${at % models}`,
          lr: 10 ** -(at % rates),
          ...(at % 3 ? { heads: at % 3 } : {}),
        };
        return group([run(`g${at}`, { spec: spec as unknown as RunState['spec'] })], at);
      });
    const columns = [kind, rate, column('heads', true)];
    const each = zoo(12, 1);
    expect(carriersOf({ colour: 'auto', dash: 'auto' }, each, columns)).toEqual({ colour: null, dash: null });
    const twice = zoo(12, 5);
    const carriers = carriersOf({ colour: 'auto', dash: 'auto' }, twice, columns);
    expect([carriers.colour?.id, carriers.dash]).toEqual(['model', null]);
    for (const looks of [looksOf(each, { colour: null, dash: null }, null), looksOf(twice, carriers, null)])
      expect(new Set([...looks.values()].map((look) => JSON.stringify(look))).size).toBe(12);
  });
  it('give equal values equal looks and order numbers along the scale; the legend shows the same', () => {
    const groups = grid(40);
    const looks = looksOf(groups, { colour: rate, dash: kind }, null);
    for (const a of groups)
      for (const b of groups)
        if (rate.valueOf(a.first.spec) === rate.valueOf(b.first.spec))
          expect(looks.get(a.key)?.colour).toBe(looks.get(b.key)?.colour);
    const legend = colourLegend(rate, { all: groups, drawn: groups.slice(0, 1) }, null);
    expect(legend.steps.map(({ value }) => value)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(legend.steps.map(({ look }) => look.colour)).toEqual([1, 2, 3, 4, 5].map((n) => `--ord-${n}`));
    expect(legend.steps.filter(({ shown }) => shown).map(({ value }) => value)).toEqual([1]);
    for (const { key, first } of groups)
      expect(looks.get(key)?.colour).toBe(
        legend.steps.find(({ value }) => value === rate.valueOf(first.spec))?.look.colour,
      );
    expect(new Set([...looks.values()].map(({ dash }) => dash.join())).size).toBe(2);
  });
  it('write at most a few steps of a long scale, its ends among them', () => {
    const column40 = { ...rate, valueOf: (spec: object) => (spec as { n: number }).n };
    const groups = Array.from({ length: 40 }, (_, n) =>
      group([run(`n${n}`, { spec: { n } as unknown as RunState['spec'] })]),
    );
    const { steps, more } = colourLegend(column40, { all: groups, drawn: groups }, null);
    expect([steps[0]?.value, steps.at(-1)?.value, steps.length + more]).toEqual([0, 39, 40]);
  });
});
