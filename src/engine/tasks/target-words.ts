// What is told of the targets of a task: what people call each, and, where there are several, the part of each in the training loss by name.
import { asIs, say, verbatim, type Message } from '../core/say.ts';
import { partOfLoss, type MetricName, type RunMetric } from '../spec/task-metrics.ts';
import { targetsOf, type Target } from './streams.ts';
import type { Task } from './task.ts';

/** What people call a target. */
export const titleOf = ({ name, words }: Target): Message => words?.title ?? say`${asIs(name)}`;

/** What it asks of a network, for people. */
export const meaningOf = ({ meaning, words }: Target): Message => words?.meaning ?? verbatim(meaning);

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
