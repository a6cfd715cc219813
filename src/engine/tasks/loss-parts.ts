// What a task with several targets tells of its training loss: the part of each target by name. Tasks of one target tell nothing besides.
import { asIs, say, type Message } from '../core/say.ts';
import { partOfLoss, type MetricName, type RunMetric } from '../spec/task-metrics.ts';
import { targetsOf, type Target } from './streams.ts';
import type { Task } from './task.ts';

/** What people call a target. */
export const titleOf = ({ name, words }: Target): Message => words?.title ?? say`${asIs(name)}`;

const severalOf = (task: Pick<Task, 'target' | 'further'>): readonly Target[] => {
  const targets = targetsOf(task);
  return targets.length === 1 ? [] : targets;
};

/** In the order of the targets. */
export const lossPartsOf = (task: Pick<Task, 'target' | 'further'>): readonly MetricName[] =>
  severalOf(task).map(({ name }) => partOfLoss(name));

/** The same as results are read, each in the unit of its own loss. */
export const lossPartMetrics = (task: Pick<Task, 'target' | 'further'>): readonly RunMetric[] =>
  severalOf(task).map((target) => ({
    name: partOfLoss(target.name),
    title: say`Training loss: ${titleOf(target)}`,
    short: say`Train: ${titleOf(target)}`,
    better: 'lower',
    unit: target.kind === 'classes' ? 'nats' : '',
    chance: null,
    blind: null,
    solved: null,
  }));
