// What `bench zoo` measures: a case is a model with its settings, the name of its peer in peers/zoo, and a shape. Every model of the registry has
// the same cases; what differs for a model is a line of `settings`. Runs nothing.
import { models, type ModelKind } from '../../src/engine/models/registry.ts';
import type { ModelDef } from '../../src/engine/models/model.ts';
import { stackFields } from '../../src/engine/models/stack-fields.ts';
import { defaultsOf, type FieldValues } from '../../src/engine/spec/fields.ts';

export interface Shape {
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly layers: number;
}

export interface Case {
  /** Unique: results are kept under it. */
  readonly id: string;
  /** The model, and what sets it apart from another entry of the same model. */
  readonly name: string;
  readonly model: ModelKind;
  readonly implementation: string;
  /** Complete settings of stack and model. */
  readonly values: FieldValues;
  /** Its class in peers/zoo. */
  readonly peer: string;
  /** `step`: a training step of a text model with AdamW and clipping. `layer`: one layer forward and backward. */
  readonly form: 'step' | 'layer';
  readonly shape: Shape;
}

interface Entry {
  readonly model: ModelKind;
  /** Further entries of a model need a name of their own. */
  readonly name?: string;
  readonly implementation?: string;
  readonly fields?: FieldValues;
  /** Left out = the kind of the model. */
  readonly peer?: string;
}

const nanogpt = { stack: 'nanogpt', positions: 'none', heads: 4 };

/** Where a model is not measured with its default settings in the paper's stack: that of its own publication, so that its parts are there. */
const settings: Readonly<Partial<Record<string, FieldValues>>> = {
  transformer: nanogpt,
  s6: { stack: 'mamba', expansion: 2 },
  s4d: { stack: 's4d' },
  gau: { stack: 'gau-alpha', expansion: 2 },
  slstm: { stack: 'xlstm[0:1]', heads: 4 },
};

/** Entries beside one for each model, such as another implementation that should race. */
const further: readonly Entry[] = [];

const entries: readonly Entry[] = [
  ...(Object.keys(models) as ModelKind[]).map((model): Entry => {
    const fields = settings[model];
    return fields === undefined ? { model } : { model, fields };
  }),
  ...further,
];

const steps: readonly (readonly [B: number, T: number])[] = [
  [32, 128],
  [4, 1024],
];
const D = 128;
/** Positions in all of a layer's batch, as far as one sequence allows. */
const positions = 4096;
export const lengths = [128, 1024, 4096, 16_384] as const;

const base = { layers: 2, d: D, expansion: 1 };

function caseOf(entry: Entry, form: Case['form'], B: number, T: number): Case {
  const def: ModelDef = models[entry.model];
  const name = entry.name ?? entry.model;
  const layers = form === 'step' ? base.layers : 1;
  return {
    id: `${form} ${name} B ${B} T ${T}`,
    name,
    model: entry.model,
    implementation: entry.implementation ?? def.implementations[0]?.id ?? '',
    values: { ...defaultsOf(stackFields), ...defaultsOf(def.fields), ...base, layers, ...entry.fields },
    peer: entry.peer ?? entry.model,
    form,
    shape: { B, T, D, layers },
  };
}

/** Every case, by model. */
export const allCases: readonly Case[] = entries.flatMap((entry) => [
  ...steps.map(([B, T]) => caseOf(entry, 'step', B, T)),
  ...lengths.map((T) => caseOf(entry, 'layer', Math.max(1, positions / T), T)),
]);
