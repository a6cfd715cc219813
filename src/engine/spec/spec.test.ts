// Experiments as people write them: what is refused and in which words, and which runs the accepted ones mean.
import { english, say, type Message } from '../core/say.ts';
import { describe, expect, it } from 'vitest';
import { offered, type Catalogue, type DeviceInfo, type ImplementationInfo } from './catalogue.ts';
import { expandExperiment } from './expand.ts';
import { checkField } from './field-check.ts';
import type { Field } from './fields.ts';
import type { ExperimentSpec } from './run-spec.ts';
import { parseExperimentText, validateExperiment } from './validate.ts';
import { threadsOn } from './limits.ts';

const width: Field = { kind: 'int', label: 'Width', symbol: 'd', help: '', default: 64, min: 1, max: 4096 };
const rate: Field = {
  kind: 'float',
  label: 'Learning rate',
  symbol: 'lr',
  help: '',
  default: 0.001,
  min: 1e-6,
  max: 1,
};
const implementations = ['fused', 'loop'].map((id) => ({ id, title: id, help: '' }));
const device = (kind: string, more: Partial<DeviceInfo> = {}): DeviceInfo => {
  const plain = { threaded: false, modules: [], storages: ['f32'], automatic: true, offers: [] };
  return { kind, title: kind, detail: say``, ...plain, ...more };
};
const devices = [
  device('cpu', { modules: ['native', 'wasm'].map((name) => ({ name, title: say``, help: say`` })) }),
  device('webgpu', { storages: ['f32', 'f16'] }),
  device('reference'),
  device('tensorflow', { offers: ['layers'] }),
];
const catalogue: Catalogue = {
  models: [
    {
      kind: 'minGru',
      title: 'minGRU',
      summary: '',
      family: 'elementwise',
      year: 2024,
      equations: [],
      paper: '',
      implementations,
      fields: {},
    },
    {
      kind: 'gru',
      title: 'GRU',
      summary: '',
      family: 'elementwise',
      year: 2024,
      equations: [],
      paper: '',
      implementations,
      fields: {},
    },
  ],
  stack: { d: width },
  tasks: [
    {
      id: 'adding-v1',
      title: 'Adding problem',
      summary: '',
      group: 'recall',
      kind: 'regression',
      needs: null,
      fields: { length: { kind: 'int', label: 'Sequence length', help: '', default: 100, min: 2, max: 65536 } },
    },
  ],
  training: { learningRate: rate },
  devices,
  threads: threadsOn(2),
  datasets: [],
};

const base: ExperimentSpec = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'test',
  task: { id: 'adding-v1' },
  variants: [{ model: 'minGru' }, { model: 'gru' }],
  budget: { unit: 'steps', amount: 10 },
};

const problems = (change: object): string[] =>
  validateExperiment({ ...base, ...change }, catalogue).issues.map(
    (issue) => `${issue.field}: ${english(issue.message)}`,
  );

describe('validateExperiment', () => {
  it('accepts a complete experiment', () => {
    expect(validateExperiment(base, catalogue)).toEqual({ spec: base, issues: [] });
  });

  it.each([
    [
      { variants: [{ model: 'mingur' }] },
      'variants[0].model: Unknown model "mingur". Did you mean "minGru"? Known: minGru, gru.',
    ],
    [
      { variants: [{ model: 'gru', fields: { d: 0 } }] },
      'variants[0].fields.d: Width must be a whole number from 1 to 4,096, got 0.',
    ],
    [
      { training: { learningRate: -0.1 } },
      'training.learningRate: Learning rate must be a number from 1e-6 to 1, got -0.1.',
    ],
    [
      { training: { learningRat: 0.1 } },
      'training.learningRat: Unknown setting of training "learningRat". Did you mean "learningRate"? Known: learningRate.',
    ],
    [
      { variants: [{ model: 'gru', fields: { d: [8, 0] } }] },
      'variants[0].fields.d: Width must be a whole number from 1 to 4,096, got 0.',
    ],
    [
      { variants: [{ model: 'gru', implementation: 'fusd' }] },
      'variants[0].implementation: Unknown implementation of GRU "fusd". Did you mean "fused"? Known: fused, loop.',
    ],
    [{ variants: [] }, 'variants: The variants must be a list of at least one model, got [].'],
    [{ budget: { unit: 'steps', amount: 0 } }, 'budget.amount: Budget must be a whole number from 1 to 1e12, got 0.'],
    [{ seeds: [1, 1] }, 'seeds: The seeds must differ from each other, got [1,1].'],
    [{ task: { id: 'adding-v2' } }, 'task.id: Unknown task "adding-v2". Did you mean "adding-v1"? Known: adding-v1.'],
    [
      { task: { id: 'adding-v1', fields: { length: 1 } } },
      'task.fields.length: Sequence length must be a whole number from 2 to 65,536, got 1.',
    ],
    [
      { colour: 'red' },
      'colour: Unknown setting "colour". Known: format, version, name, task, variants, training, seeds, budget, device, mode, match, comparison, slice, sweep.',
    ],
  ])('refuses %j', (change, message) => {
    expect(problems(change)).toEqual([message]);
    expect(validateExperiment({ ...base, ...change }, catalogue).spec).toBeNull();
  });

  it('finds every problem at once', () => {
    expect(problems({ variants: [{ model: 'x' }, { model: 'gru', fields: { d: -1 } }], budget: {} })).toHaveLength(4);
  });

  it.each([null, 3, 'text', []])('refuses %j as a whole', (input) => {
    expect(validateExperiment(input, catalogue).spec).toBeNull();
  });

  it('says where JSON breaks', () => {
    const parsed = parseExperimentText('{"a": 1,}');
    expect('issue' in parsed && english(parsed.issue.message)).toMatch(/not valid JSON \(.*position 8/);
  });
});

const saidOf = (problem: Message | null): string => (problem === null ? '' : english(problem));

describe('fields', () => {
  it('says why a text that was typed for a number is none', () => {
    expect(saidOf(checkField(rate, '3e'))).toBe('Learning rate "3e" is not a number. Try 1e-3.');
    expect(saidOf(checkField(rate, '0,003'))).toMatch(
      /^Learning rate "0,003": a point is the decimal mark here. Write 0.003 /,
    );
    expect(saidOf(checkField(width, '16 32'))).toBe('Width must be one value here, got "16 32".');
    expect(saidOf(checkField(width, '128,256', true))).toBe(
      'Width "128,256" can be one number or several. Write 128256 or 128, 256.',
    );
    expect(saidOf(checkField(width, '64'))).toBe('Width must be a whole number from 1 to 4,096, got "64".');
    expect(saidOf(checkField(width, 2.5))).toBe('Width must be a whole number from 1 to 4,096, got 2.5.');
  });

  it('refuses NaN and infinity', () => {
    expect(saidOf(checkField(rate, NaN))).toContain('got NaN');
    expect(saidOf(checkField(rate, Infinity))).toContain('got Infinity');
  });
});

describe('expandExperiment', () => {
  const spec: ExperimentSpec = {
    ...base,
    variants: [{ model: 'gru' }, { model: 'minGru', fields: { d: [32, 64], learningRate: [0.001, 0.003] } }],
    training: { learningRate: 0.01 },
    seeds: [1, 2],
  };
  const runs = expandExperiment(spec, catalogue);

  it('multiplies sweeps and seeds out, seeds innermost', () => {
    expect(runs.map((run) => [run.variant, run.spec.seed])).toEqual(
      [0, 1, 2, 3, 4].flatMap((v) => [1, 2].map((s) => [v, s])),
    );
  });

  it('names what sets a variant apart', () => {
    expect([...new Set(runs.map((run) => run.name))]).toEqual([
      'GRU',
      'minGRU · d 32 · lr 1e-3',
      'minGRU · d 32 · lr 3e-3',
      'minGRU · d 64 · lr 1e-3',
      'minGRU · d 64 · lr 3e-3',
    ]);
  });

  it('a setting without effect sets nothing apart', () => {
    const choices = ['paper', 'own'].map((value) => ({ value, label: value }));
    const network: Field = { kind: 'choice', label: 'Network', help: '', default: 'paper', choices };
    const when = { field: 'stack', is: ['own'] };
    const parts: Field = { kind: 'text', label: 'Parts', help: '', default: 'mixer', maxLength: 99, when };
    const model = 'minGru';
    const variants: ExperimentSpec['variants'] = [
      { model, fields: { block: 'mlp, mixer' } },
      { model, fields: { stack: 'own', block: 'gru' } },
    ];
    const wider = { ...catalogue, stack: { stack: network, block: parts } };
    const spec: ExperimentSpec = { ...base, variants, seeds: [1] };
    expect(expandExperiment(spec, wider).map(({ name }) => name)).toEqual([
      'minGRU · paper',
      'minGRU · parts gru · own',
    ]);
  });

  it('settles every field: default, then shared, then the variant', () => {
    expect(runs[0]?.spec.model).toEqual({ kind: 'gru', implementation: 'fused', fields: { d: 64 } });
    expect(runs[0]?.spec.training).toEqual({ learningRate: 0.01 });
    expect(runs[2]?.spec.training).toEqual({ learningRate: 0.001 });
    expect(runs[0]?.spec.task.fields).toEqual({ length: 100 });
  });
});

describe('storage of activations', () => {
  const message = (device: object): string[] => problems({ device });

  it('is f32 or f16, and f16 on webgpu alone', () => {
    expect(message({ kind: 'webgpu', storage: 'f16' })).toEqual([]);
    expect(message({ kind: 'cpu', storage: 'f32' })).toEqual([]);
    expect(message({ kind: 'webgpu', storage: 'bf16' })).toEqual([
      'device.storage: The storage of the device must be one of f32, f16, got "bf16".',
    ]);
    expect(message({ storage: 'f16' })).toEqual([
      'device.storage: Storage f16 needs the device webgpu, got "auto". Choose storage f32.',
    ]);
  });

  it('reaches the run; f32 is what a run without it means', () => {
    const deviceOf = (device: ExperimentSpec['device']) =>
      expandExperiment({ ...base, ...(device && { device }) }, catalogue)[0]?.spec.device;
    expect(deviceOf({ kind: 'webgpu', storage: 'f16' })).toEqual({ kind: 'webgpu', threads: 0, storage: 'f16' });
    expect(deviceOf({ kind: 'webgpu', storage: 'f32' })).toEqual({ kind: 'webgpu', threads: 0 });
    expect(deviceOf(undefined)).toEqual({ kind: 'auto', threads: 0 });
  });
});

describe('implementations of a device', () => {
  const own = { id: 'vendor', title: 'vendor', help: '', needs: 'layers' };
  const all: readonly ImplementationInfo[] = [...implementations, own];
  const computedOn = (kind: string) =>
    all.filter((one) =>
      offered(
        one,
        catalogue.devices.find((device) => device.kind === kind),
      ),
    );

  it('offers what every device computes, and what only this one has', () => {
    expect(computedOn('tensorflow')).toEqual(all);
    expect(computedOn('cpu')).toEqual(implementations);
    expect(computedOn('auto')).toEqual(implementations);
  });
});
