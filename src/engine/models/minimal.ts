// Settings that minGRU and minLSTM share: fields, implementations and the one invalid combination.
import { label, type Message, say } from '../core/say.ts';
import type { BoolField, ChoiceField } from '../spec/fields.ts';
import type { Implementation, MixerConfig, ModelDef } from './model.ts';

export const candidateField: ChoiceField = {
  kind: 'choice',
  label: 'Candidate',
  help: 'g keeps the state positive, as the log-space form needs; identity is the plain linear candidate. They are different functions.',
  default: 'g',
  choices: [
    { value: 'g', label: 'g (positive state)' },
    { value: 'identity', label: 'identity' },
  ],
  paper: 'g in the code and appendix B, identity in the equations of section 3',
};

export const inputBiasField: BoolField = {
  kind: 'bool',
  label: 'Bias',
  help: 'Adds a learned bias to the gates and the candidate.',
  default: true,
  paper: 'on',
  advanced: true,
};

const fused: Implementation = {
  id: 'fused',
  title: 'fused',
  help: 'One projection and one kernel for gates and recurrence; the backward pass recomputes the gates.',
};
const scan: Implementation = {
  id: 'scan',
  title: 'scan',
  help: 'Gates as elementwise operations, then one linear scan.',
};

const loop: Implementation = {
  id: 'loop',
  title: 'loop',
  unrolled: true,
  help: 'The readable definition: one set of operations a time step.',
};

/** Implementations of cells that no linear scan computes. */
export const fusedAndLoop: ModelDef['implementations'] = [fused, loop];

/** Implementations of cells that have no form in log space. */
export const gatedImplementations: ModelDef['implementations'] = [fused, scan, loop];

export const minimalImplementations: ModelDef['implementations'] = [
  fused,
  scan,
  {
    id: 'log-scan',
    title: 'log-scan',
    help: "The paper's log-space form: cumulative sum and cumulative log-sum-exp. Needs candidate g.",
  },
  { id: 'loop', title: 'loop', unrolled: true, help: "The paper's baseline: one set of operations a time step." },
];

/** Log-space numbers have no sign: only candidate g can be computed there. */
export const positiveOnly =
  (title: string) =>
  (config: MixerConfig): Message | null =>
    config.implementation === 'log-scan' && config.values['candidate'] === 'identity'
      ? say`${label(title)}: implementation log-scan needs candidate g (a positive state), got identity`
      : null;
