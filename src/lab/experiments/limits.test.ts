// One limit per field: form, popover, experiment, message and trainer all use the same range.
import { english } from '../../engine/core/say.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { stackFields } from '../../engine/models/stack-fields.ts';
import { checkField } from '../../engine/spec/field-check.ts';
import { defaultsOf, type Field, type FieldValue, type FloatField, type IntField } from '../../engine/spec/fields.ts';
import { expandExperiment } from '../../engine/spec/expand.ts';
import * as limits from '../../engine/spec/limits.ts';
import type { ExperimentSpec, RunSpec } from '../../engine/spec/run-spec.ts';
import { validateExperiment } from '../../engine/spec/validate.ts';
import { trainingFields } from '../../engine/training/fields.ts';
import { setUpRun } from '../../engine/training/setup.ts';
import { requestSchemas } from '../../protocol/validators.ts';
import { parseFieldText } from '../../renderer/components/field-text.ts';
import { trainingCursor } from '../../session/rows.ts';
import { catalogueWith, threadsHere } from './catalogue.ts';

const catalogue = catalogueWith([]);
const [model] = catalogue.models;
const task = catalogue.tasks.find(({ needs }) => needs === null);
if (!model || !task) throw new Error('a model and a task that needs no text are expected');

const base: ExperimentSpec = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'limits',
  task: { id: task.id },
  variants: [{ model: model.kind }],
  budget: { unit: 'steps', amount: 10 },
};

/** Values at, near and beyond the limits, and values that are not numbers. */
function around({ min, max }: IntField | FloatField): fc.Arbitrary<unknown> {
  const beside = [min, max].flatMap((end) => [end, end - 1, end + 1, end * (1 - 1e-12), end * (1 + 1e-12), -end]);
  const odd = [NaN, Infinity, -Infinity, -0, 0, '1', '', null, true, [1], {}, 2 ** 53, Number.MIN_VALUE, min + 0.5];
  return fc.oneof(fc.constantFrom<unknown>(...beside, ...odd), fc.double({ min: min - 1, max: max + 1 }), fc.double());
}

const accepts = (field: Field, value: unknown): boolean => checkField(field, value) === null;

/** Whether the validator has nothing against the field in an experiment with this value. */
function validated(change: object, at: string): boolean {
  const { issues } = validateExperiment({ ...base, ...change }, catalogue);
  return !issues.some(({ field, severity }) => severity === 'error' && field === at);
}

const [planned] = expandExperiment(base, catalogue);
if (!planned) throw new Error('a run is expected');
const run: RunSpec = planned.spec;

/** Whether the trainer's set-up has nothing against this value of a complete run. */
function trainable(change: Partial<RunSpec>, at: string): boolean {
  const made = setUpRun({ ...run, ...change }, null);
  // A refusal because of another field is not about the range.
  return made.ok || made.error.field !== at || !/ must be (a|one|true|at most|text)/.test(english(made.error.message));
}

const holds = (field: IntField | FloatField, law: (value: unknown) => void): void =>
  fc.assert(
    fc.property(around(field), (value) => {
      law(value);
    }),
    { seed: 7, numRuns: 60 },
  );

const numbers = (fields: Readonly<Record<string, Field>>): [string, IntField | FloatField][] =>
  Object.entries(fields).filter((entry): entry is [string, IntField | FloatField] => 'min' in entry[1]);

describe.each(numbers(trainingFields))('the training field %s', (name, field) => {
  it('has the same limits in the form, an experiment, a variant and the trainer', () => {
    holds(field, (value) => {
      const allowed = accepts(field, value);
      expect(validated({ training: { [name]: value } }, `training.${name}`)).toBe(allowed);
      if (!Array.isArray(value))
        expect(
          validated({ variants: [{ model: model.kind, fields: { [name]: value } }] }, `variants[0].fields.${name}`),
        ).toBe(allowed);
      expect(trainable({ training: { ...run.training, [name]: value as FieldValue } }, `training.${name}`)).toBe(
        allowed,
      );
      if (typeof value === 'number' && Number.isFinite(value))
        expect(accepts(field, parseFieldText(field, String(value)))).toBe(allowed);
    });
  });
});

describe.each(numbers({ ...stackFields, ...model.fields }))('the network field %s', (name, field) => {
  it('has the same limits in an experiment and the trainer', () => {
    holds(field, (value) => {
      const allowed = accepts(field, value);
      const fields = { ...run.model.fields, [name]: value as FieldValue };
      if (!Array.isArray(value))
        expect(
          validated({ variants: [{ model: model.kind, fields: { [name]: value } }] }, `variants[0].fields.${name}`),
        ).toBe(allowed);
      expect(trainable({ model: { ...run.model, fields } }, `model.fields.${name}`)).toBe(allowed);
    });
  });
});

describe.each(catalogue.tasks.map((each) => [each.id, each] as const))('the task %s', (id, { fields }) => {
  it('has the same limits in an experiment and the trainer', () => {
    for (const [name, field] of numbers(fields)) {
      holds(field, (value) => {
        const allowed = accepts(field, value);
        expect(validated({ task: { id, fields: { [name]: value } } }, `task.fields.${name}`)).toBe(allowed);
        const values = { ...defaultsOf(fields), [name]: value as FieldValue };
        // Ignored: the default of a field may exceed what the lowest value of another allows.
        if (!allowed) expect(trainable({ task: { id, fields: values } }, `task.fields.${name}`)).toBe(false);
      });
    }
  });
});

const message = <K extends keyof typeof requestSchemas>(name: K, params: unknown): boolean =>
  v.safeParse(requestSchemas[name], params).success;

describe('a limit that is asked for elsewhere', () => {
  it('learning rate: the form, a message to a running run, and a stored cursor agree', () => {
    const cursor = { step: 1, activeSeconds: 1, wallSeconds: 1, best: null, sinceBest: 0 };
    holds(limits.learningRate, (value) => {
      const allowed = accepts(trainingFields.learningRate, value);
      expect(message('race/act', { runs: ['a'], action: { kind: 'learning-rate', value } })).toBe(allowed);
      if (value !== null) expect(v.safeParse(trainingCursor, { ...cursor, learningRate: value }).success).toBe(allowed);
    });
    expect(message('race/act', { runs: ['a'], action: { kind: 'learning-rate', value: 0 } })).toBe(false);
  });

  it('budget, turn and seeds: as their fields say', () => {
    for (const unit of ['steps', 'tokens', 'seconds'] as const) {
      const field = limits.budgetAmount[unit];
      holds(field, (amount) =>
        expect(validated({ budget: { unit, amount } }, 'budget.amount')).toBe(accepts(field, amount)),
      );
    }
    holds(limits.slice, (slice) => expect(validated({ slice }, 'slice')).toBe(accepts(limits.slice, slice)));
    holds(limits.seed, (seed) => expect(validated({ seeds: [seed] }, 'seeds')).toBe(accepts(limits.seed, seed)));
  });

  it('sampling: a message takes what the fields allow', () => {
    const good = { run: 'a', prompt: '', length: 1, temperature: 1, seed: 1 };
    const fields = { length: limits.sampleLength, temperature: limits.temperature, seed: limits.seed } as const;
    for (const [name, field] of Object.entries(fields))
      holds(field, (value) => expect(message('run/sample', { ...good, [name]: value })).toBe(accepts(field, value)));
  });

  it('threads: an experiment and the settings know the cores of the machine', () => {
    const field = threadsHere();
    expect(catalogue.threads).toEqual(field);
    holds(field, (threads) =>
      expect(validated({ device: { threads } }, 'device.threads')).toBe(accepts(field, threads)),
    );
    expect(validated({ device: { threads: field.max + 1 } }, 'device.threads')).toBe(false);
  });
});
