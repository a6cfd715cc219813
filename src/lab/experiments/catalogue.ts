// The catalogue of choices, built from the registries. Names no model and no task.
import { availableParallelism, cpus } from 'node:os';
import type { IntField } from '../../engine/spec/fields.ts';
import { deviceInfos } from '../../engine/device/registry.ts';
import { models } from '../../engine/models/registry.ts';
import { stackFields } from '../../engine/models/stack-fields.ts';
import type { Catalogue, DatasetInfo, ModelInfo, TaskInfo } from '../../engine/spec/catalogue.ts';
import { tasks } from '../../engine/tasks/registry.ts';
import { threadsOn } from '../../engine/spec/limits.ts';
import { trainingFields } from '../../engine/training/fields.ts';

const modelInfos: readonly ModelInfo[] = Object.values(models).map(
  ({ kind, title, summary, family, year, equations, paper, published, implementations, fields }) => ({
    kind,
    title,
    summary,
    family,
    year,
    equations,
    paper,
    ...(published === undefined ? {} : { published }),
    implementations,
    fields,
  }),
);

const taskInfos: readonly TaskInfo[] = Object.values(tasks).map(
  ({ id, title, summary, group, kind, fields, needs }) => ({
    id,
    title,
    summary,
    group,
    kind,
    fields,
    needs,
  }),
);

/** All cores of the machine, even if this process may use only some. */
export const threadsHere = (): IntField => threadsOn(Math.max(availableParallelism(), cpus().length));

export const catalogueWith = (datasets: readonly DatasetInfo[]): Catalogue => ({
  models: modelInfos,
  stack: stackFields,
  tasks: taskInfos,
  training: trainingFields,
  devices: deviceInfos,
  threads: threadsHere(),
  datasets,
});
