// What typing into the form does to the experiment, and what it must never lose.
import { say } from '../../../../engine/core/say.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../../engine/spec/catalogue.ts';
import type { Field } from '../../../../engine/spec/fields.ts';
import { countRuns } from '../../../../engine/spec/grid-size.ts';
import type { ExperimentSpec } from '../../../../engine/spec/run-spec.ts';
import { validateExperiment } from '../../../../engine/spec/validate.ts';
import { threadsOn } from '../../../../engine/spec/limits.ts';
import {
  addVariant,
  duplicateVariant,
  firstDraft,
  gridColumns,
  hasField,
  issueAt,
  moveVariant,
  removeVariant,
  rowNames,
  setImplementation,
  setTask,
  setTaskField,
  setTraining,
  setVariantField,
  setVariantModel,
  shownFields,
} from './draft.ts';

const int = (label: string, more: Partial<Field> = {}): Field =>
  ({ kind: 'int', label, help: '', default: 2, min: 1, max: 64, ...more }) as Field;
const model = (kind: string, title: string, fields = {}) => ({
  kind,
  title,
  summary: '',
  family: 'elementwise' as const,
  year: 2024,
  equations: [],
  paper: '',
  fields,
  implementations: [
    { id: 'fused', title: 'fused', help: '' },
    { id: 'loop', title: 'loop', help: '' },
  ],
});
const catalogue: Catalogue = {
  models: [model('minGru', 'minGRU'), model('gru', 'GRU'), model('lstm', 'LSTM', { forgetBias: int('Forget bias') })],
  stack: {
    layers: int('Layers', { symbol: 'L' }),
    d: int('Width', { symbol: 'd' }),
    norm: int('Norm', { advanced: true }),
  },
  tasks: [
    {
      id: 'selective-copy-v1',
      title: 'Selective copying',
      summary: '',
      group: 'recall',
      kind: 'classification',
      fields: { length: int('Length'), symbols: int('Symbols') },
      needs: null,
    },
    {
      id: 'adding-v1',
      title: 'Adding',
      summary: '',
      group: 'recall',
      kind: 'regression',
      fields: { length: int('Length') },
      needs: null,
    },
  ],
  training: {
    learningRate: { kind: 'float', label: 'Learning rate', symbol: 'lr', help: '', default: 0.001, min: 1e-6, max: 1 },
    schedule: {
      kind: 'choice',
      label: 'Schedule',
      help: '',
      default: 'constant',
      choices: [
        { value: 'constant', label: 'constant' },
        { value: 'cosine', label: 'cosine' },
      ],
    },
    warmup: int('Warm-up', { when: { field: 'schedule', is: ['cosine'] } }),
  },
  devices: [],
  threads: threadsOn(2),
  datasets: [],
};
const draft = firstDraft(catalogue, 'Race');

describe('draft', () => {
  it('begins valid with minGRU against GRU', () => {
    expect(validateExperiment(draft, catalogue).issues).toEqual([]);
    expect(draft.variants.map((variant) => variant.model)).toEqual(['minGru', 'gru']);
  });
  it('stays valid under any sequence of row operations', () => {
    const operation = fc.constantFrom<(spec: ExperimentSpec, at: number) => ExperimentSpec>(
      (spec) => addVariant(spec, catalogue),
      duplicateVariant,
      (spec, at) => (spec.variants.length > 1 ? removeVariant(spec, at) : spec),
      (spec, at) => moveVariant(spec, at, 1),
      (spec, at) => moveVariant(spec, at, -1),
      (spec, at) => setVariantField(spec, at, 'layers', [1, 2]),
      (spec, at) => setVariantField(spec, at, 'layers', undefined),
      (spec, at) => setVariantModel(spec, at, 'lstm', catalogue),
      (spec, at) => setVariantModel(spec, at, 'gru', catalogue),
      (spec, at) => setImplementation(spec, at, ['fused', 'loop']),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(operation, fc.nat(4)), { maxLength: 12 }), (steps) => {
        const spec = steps.reduce(
          (sofar, [change, at]) => change(sofar, Math.min(at, sofar.variants.length - 1)),
          draft,
        );
        expect(validateExperiment(spec, catalogue).issues).toEqual([]);
        expect(rowNames(spec, catalogue)).toHaveLength(spec.variants.length);
        expect(countRuns(spec).variants).toBeGreaterThanOrEqual(spec.variants.length);
      }),
    );
  });
  it('drops what another model or task does not have and keeps the rest', () => {
    const with3 = setVariantField(setVariantModel(draft, 0, 'lstm', catalogue), 0, 'forgetBias', 3);
    const swept = setVariantField(with3, 0, 'd', [8, 16]);
    expect(setVariantModel(swept, 0, 'gru', catalogue).variants[0]?.fields).toEqual({ d: [8, 16] });
    const task = setTaskField(setTaskField(draft, 'length', 9), 'symbols', 5);
    expect(setTask(task, 'adding-v1', catalogue).task).toEqual({ id: 'adding-v1', fields: { length: 9 } });
  });
  it('removes a setting that goes back to its default', () => {
    expect(setTraining(setTraining(draft, 'learningRate', 0.1), 'learningRate', undefined).training).toEqual({});
  });
});

describe('grid', () => {
  it('shows the usual columns, what a row sets and what was added', () => {
    const columns = (spec: ExperimentSpec, added: string[] = []) =>
      gridColumns(spec, catalogue, new Set(added)).map(({ name }) => name);
    expect(columns(draft)).toEqual(['layers', 'd', 'learningRate']);
    expect(columns(setVariantField(draft, 0, 'norm', 3), ['warmup'])).toEqual([
      'layers',
      'd',
      'norm',
      'learningRate',
      'warmup',
    ]);
  });
  it('knows which model has a field', () => {
    const lstm = setVariantModel(draft, 0, 'lstm', catalogue);
    const column = gridColumns(lstm, catalogue, new Set(['forgetBias'])).find(({ name }) => name === 'forgetBias');
    expect(column && lstm.variants.map((variant) => hasField(variant, column, catalogue))).toEqual([true, false]);
  });
  it('leaves out a setting that the rest of a row gives no effect, unless the row says it', () => {
    const of = (fields: Record<string, string>) => ({ ...draft.variants[0], model: 'minGru', fields });
    const field: Field = {
      kind: 'text',
      label: 'Parts',
      help: '',
      default: '',
      maxLength: 9,
      when: { field: 'norm', is: ['own'] },
    };
    const column = { name: 'block', field, owner: 'stack' };
    const norm: Field = { kind: 'text', label: 'Norm', help: '', default: 'usual', maxLength: 9 };
    const wider = { ...catalogue, stack: { ...catalogue.stack, norm, block: field } };
    const shown = [{}, { norm: 'own' }, { norm: 'usual' }, { block: 'a' }].map((one) =>
      hasField(of(one as Record<string, string>), column, wider),
    );
    expect(shown).toEqual([false, true, false, true]);
  });
  it('names a sweep by its lists and counts what it makes', () => {
    const swept = setVariantField({ ...draft, seeds: [1, 2] }, 0, 'layers', [1, 2, 3]);
    expect(rowNames(swept, catalogue)).toEqual(['minGRU · L 1, 2, 3', 'GRU']);
    expect(countRuns(swept)).toEqual({ variants: 4, seeds: 2, runs: 8 });
  });
  it('names rows even while a model is unknown', () => {
    expect(rowNames({ ...draft, variants: [{ model: 'nonsense' }] }, catalogue)).toEqual(['nonsense']);
  });
});

describe('fields', () => {
  it('hides advanced ones and those that do not matter', () => {
    const names = (values: Record<string, string | number>, advanced: boolean) =>
      shownFields({ ...catalogue.stack, ...catalogue.training }, values, advanced).map(([name]) => name);
    expect(names({}, false)).toEqual(['layers', 'd', 'learningRate', 'schedule']);
    expect(names({ schedule: 'cosine', norm: 7 }, false)).toEqual([
      'layers',
      'd',
      'norm',
      'learningRate',
      'schedule',
      'warmup',
    ]);
  });
});

describe('issues', () => {
  it('finds the message of a field and of its list, not of a neighbour', () => {
    const issues = [
      { field: 'variants[0].fields.d', message: say`A`, severity: 'error' as const },
      { field: 'variants[0].fields.d[1]', message: say`B`, severity: 'error' as const },
      { field: 'variants[0].fields.depth', message: say`C`, severity: 'error' as const },
      { field: 'variants[0].fields.d', message: say`W`, severity: 'warning' as const },
    ];
    expect(issueAt(issues, 'variants[0].fields.d')).toBe('A. B.');
  });
});
