// Many runs: counted before they are created, named in time linear in their number, with unique names. Also seeds and names as people type
// them.
import { english } from '../core/say.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from './catalogue.ts';
import { expandExperiment, type ExpandedVariant } from './expand.ts';
import { countRuns, mostRuns } from './grid-size.ts';
import { distinct, nameVariants } from './names.ts';
import { foldName, matchName, nearest } from './nearest.ts';
import type { ExperimentSpec, VariantSpec } from './run-spec.ts';
import { readSeeds, seedsText } from './seeds.ts';
import { validateExperiment } from './validate.ts';
import { threadsOn } from './limits.ts';

const whole = (label: string) =>
  ({ kind: 'int', label, symbol: label, help: '', default: 1, min: 0, max: 1e9 }) as const;
const catalogue: Catalogue = {
  models: [
    {
      kind: 'gru',
      title: 'GRU',
      summary: '',
      family: 'elementwise',
      year: 2024,
      equations: [],
      paper: '',
      implementations: [{ id: 'fused', title: 'fused', help: '' }],
      fields: {},
    },
  ],
  stack: { d: whole('d'), layers: whole('L') },
  tasks: [
    { id: 'adding-v1', title: 'Adding', summary: '', group: 'recall', kind: 'regression', needs: null, fields: {} },
  ],
  training: { batch: whole('B') },
  devices: [],
  threads: threadsOn(2),
  datasets: [],
};
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const experiment = (variants: readonly VariantSpec[], seeds?: readonly number[]): ExperimentSpec => ({
  format: 'minrnn-experiment',
  version: 1,
  name: 'many',
  task: { id: 'adding-v1' },
  variants,
  budget: { unit: 'steps', amount: 1 },
  ...(seeds && { seeds }),
});
const messages = (input: ExperimentSpec): readonly string[] =>
  validateExperiment(input, catalogue).issues.map(({ field, message }) => `${field}: ${english(message)}`);

describe('the number of runs', () => {
  it('is what multiplying out gives', () => {
    const sizes = fc.record({ d: fc.integer({ min: 1, max: 5 }), layers: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4 }), (grids, seeds) => {
        const spec = experiment(
          grids.map(({ d, layers }) => ({ model: 'gru', fields: { d: upTo(d), layers: upTo(layers) } })),
          upTo(seeds),
        );
        expect(countRuns(spec).runs).toBe(expandExperiment(spec, catalogue).length);
      }),
      { seed: 7 },
    );
  });

  it('is refused over the limit, with both numbers, before anything is multiplied out', () => {
    const huge = experiment([{ model: 'gru', fields: { d: upTo(1000), layers: upTo(1000), batch: upTo(1000) } }]);
    expect(messages(huge)).toEqual([
      'variants: An experiment must mean at most 1,000 runs, got 1,000,000,000 (1,000,000,000 variants x 1 seeds). Take values out of its lists, or run it in parts.',
    ]);
    expect(messages(experiment([{ model: 'gru', fields: { d: upTo(500) } }], [1, 2]))).toEqual([]);
    expect(messages(experiment([{ model: 'gru', fields: { d: upTo(501) } }], [1, 2]))).toHaveLength(1);
  });

  it('looks at none of the entries of a list that is too long', () => {
    let looked = 0;
    const counting = { get model() { return `nothing ${looked++}`; } }; // prettier-ignore
    expect(messages(experiment(new Array<VariantSpec>(1_000_000).fill(counting)))).toEqual([
      'variants: There must be at most 1,000 variants, got 1,000,000.',
    ]);
    expect(looked).toBe(0);
    expect(messages(experiment([{ model: 'gru' }], upTo(100_000)))).toEqual([
      'seeds: There must be at most 1,000 seeds, got 100,000.',
    ]);
    expect(messages(experiment([{ model: 'gru', fields: { d: upTo(5000) } }]))).toEqual([
      'variants[0].fields.d: d must have at most 1,000 values, got 5,000.',
    ]);
  });
});

describe('names of variants', () => {
  /** How often naming `n` variants reads their settings. */
  function readsOf(n: number): number {
    let reads = 0;
    const [model] = catalogue.models;
    if (!model) throw new Error('the catalogue must have a model');
    const variants = upTo(n).map((d): ExpandedVariant => ({
      given: null,
      model,
      implementation: 'fused',
      said: { d },
      get modelFields() {
        reads++;
        return { d, layers: 1 };
      },
      training: { batch: 1 },
    }));
    expect(new Set(nameVariants(variants, catalogue)).size).toBe(n);
    return reads;
  }

  it('take work that grows with their number and not with its square', () => {
    expect(readsOf(2000)).toBeLessThan(2.1 * readsOf(1000));
    expect(readsOf(1000)).toBeLessThan(10 * 1000);
  });

  it('are unique, also against numbers that people have given themselves', () => {
    expect(distinct(['x', 'x', 'x (2)', 'x'], ['y'])).toEqual(['x', 'x (3)', 'x (2)', 'x (4)']);
    expect(distinct(['y', 'y'], ['y', 'y (2)'])).toEqual(['y (3)', 'y (4)']);
    const name = fc.constantFrom('a', 'a (2)', 'a (3)', 'a (2) (2)', 'b');
    fc.assert(
      fc.property(fc.array(name), fc.uniqueArray(name), (names, present) => {
        const made = distinct(names, present);
        expect(new Set([...made, ...present]).size).toBe(names.length + present.length);
      }),
      { seed: 7 },
    );
  });
});

describe('seeds', () => {
  it.each([
    ['1..3', [1, 2, 3]],
    ['1,2,5', [1, 2, 5]],
    [' 7 ', [7]],
    ['1-3; 9', [1, 2, 3, 9]],
    ['0', [0]],
    ['4294967295', [4294967295]],
    [`1..${mostRuns}`, upTo(mostRuns)],
  ])('reads %j', (text, seeds) => expect(readSeeds(text)).toEqual({ seeds }));

  it.each([
    ['1,', 'form'],
    ['', 'form'],
    [',', 'form'],
    ['1,,2', 'form'],
    ['1.5', 'form'],
    ['-1', 'form'],
    ['1e3', 'form'],
    ['3..1', 'order'],
    ['4294967296', 'size'],
    ['1..400000000', 'many'],
    ['1..600,1000..1600', 'many'],
    ['1,2,1', 'twice'],
  ])('refuses %j: %s', (text, problem) => expect(readSeeds(text)).toMatchObject({ problem }));

  it('are written so that they are read back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 50 }), (seeds) => {
        expect(readSeeds(seedsText(seeds))).toEqual({ seeds });
      }),
      { seed: 7 },
    );
  });
});

describe('a name that is typed', () => {
  const match = (wanted: string, names: readonly string[]): readonly string[] =>
    matchName(names, (name) => name, wanted);
  it('means the one written exactly so before one that differs in case', () => {
    expect(match('GRU', ['gru', 'GRU'])).toEqual(['GRU']);
    expect(match('gru', ['GRU', 'gru'])).toEqual(['gru']);
    expect(match('Gru', ['gru', 'GRU'])).toEqual(['gru', 'GRU']);
    expect(match('Gru', ['lstm', 'GRU'])).toEqual(['GRU']);
  });
  it('is the same with marks of their own or in one letter', () => {
    expect(match('über'.normalize('NFD'), ['über'.normalize('NFC')])).toHaveLength(1);
    expect(match('ÜBER'.normalize('NFD'), ['über'.normalize('NFC')])).toHaveLength(1);
    expect(foldName('İ'.normalize('NFD'))).toBe(foldName('İ'));
  });
  it('is guessed with the spelling that is most alike', () => {
    expect(nearest('GRUU', ['gru', 'GRU'])).toBe('GRU');
    expect(nearest('gruu', ['GRU', 'gru'])).toBe('gru');
    expect(nearest('mingru', ['minLstm', 'minGru'])).toBe('minGru');
  });
});
