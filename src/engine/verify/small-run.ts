// Complete run specs of runs that take milliseconds, for tests of everything above the engine's devices.
import { itemAt } from '../core/item.ts';
import { models, type ModelKind } from '../models/registry.ts';
import { stackFields } from '../models/stack-fields.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import type { Budget, RunSpec } from '../spec/run-spec.ts';
import { tasks, type TaskId } from '../tasks/registry.ts';
import { trainingFields } from '../training/fields.ts';

export interface SmallRun {
  readonly model?: ModelKind;
  readonly implementation?: string;
  /** Stack and model fields that differ from the small defaults. */
  readonly fields?: FieldValues;
  readonly task?: TaskId;
  readonly taskFields?: FieldValues;
  readonly training?: FieldValues;
  readonly budget?: Budget;
  readonly seed?: number;
  readonly device?: string;
  readonly threads?: number;
}

const smallTask: Readonly<Partial<Record<TaskId, FieldValues>>> = {
  'selective-copy-v1': { length: 12, memorise: 2, vocabulary: 6, evalSequences: 10 },
  'copying-v1': { delay: 6, memorise: 2, vocabulary: 6, evalSequences: 10 },
  'induction-heads-v1': { length: 12, vocabulary: 6, evalSequences: 10 },
  'associative-recall-v1': { length: 12, vocabulary: 10, evalSequences: 10 },
  'mqar-v1': { length: 12, pairs: 2, vocabulary: 16, evalSequences: 10 },
  'needle-v1': { length: 64, evalSequences: 6 },
  'listops-v1': { longerThan: 4, shorterThan: 16, evalSequences: 10 },
  'char-text-v1': { length: 16, evalSequences: 4 },
  'forecast-v1': { lookback: 12, horizon: 2, evalSequences: 4 },
};

/** minGRU on selective copying of 12 positions, width 8, one layer, 20 steps, unless said otherwise. */
export function smallSpec(run: SmallRun = {}): RunSpec {
  const kind = run.model ?? 'minGru';
  const id = run.task ?? 'selective-copy-v1';
  const small = { layers: 1, d: 8, expansion: 1.5 };
  return {
    format: 'minrnn-run',
    version: 1,
    model: {
      kind,
      implementation: run.implementation ?? itemAt(models[kind].implementations, 0).id,
      fields: { ...defaultsOf(stackFields), ...defaultsOf(models[kind].fields), ...small, ...run.fields },
    },
    task: { id, fields: { ...defaultsOf(tasks[id].fields), ...smallTask[id], ...run.taskFields } },
    training: { ...defaultsOf(trainingFields), batch: 4, evaluateEvery: 5, learningRate: 1e-2, ...run.training },
    budget: run.budget ?? { unit: 'steps', amount: 20 },
    seed: run.seed ?? 1,
    device: { kind: run.device ?? 'reference', threads: run.threads ?? 1 },
  };
}

/** A few sentences to train on instead of a book. */
export const smallText = Array.from(
  { length: 40 },
  (_, i) =>
    `The ${['cat', 'dog', 'owl'][i % 3] ?? ''} sat on the ${['mat', 'log'][i % 2] ?? ''}, and it was ${i} o'clock.\n`,
).join('');
