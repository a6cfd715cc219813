// What can be chosen, put together from the registries. Names no model and no task.
import { models } from '../engine/models/registry.ts';
import { stackFields } from '../engine/models/stack-fields.ts';
import type { Catalogue, DatasetInfo, ModelInfo, TaskInfo } from '../engine/spec/catalogue.ts';
import { tasks } from '../engine/tasks/registry.ts';
import { trainingFields } from '../engine/training/fields.ts';

const modelInfos: readonly ModelInfo[] = Object.values(models).map(
  ({ kind, title, summary, paper, implementations, fields }) => ({
    kind,
    title,
    summary,
    paper,
    implementations,
    fields,
  }),
);

const taskInfos: readonly TaskInfo[] = Object.values(tasks).map(({ id, title, summary, kind, fields, needsText }) => ({
  id,
  title,
  summary,
  kind,
  fields,
  needsText,
}));

export const catalogueWith = (datasets: readonly DatasetInfo[]): Catalogue => ({
  models: modelInfos,
  stack: stackFields,
  tasks: taskInfos,
  training: trainingFields,
  datasets,
});
