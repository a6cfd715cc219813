// What an evaluation sums over the answers that count: which quantities the metrics of a task are made of, and how each is computed. Names no task.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import * as op from '../ops/functional.ts';
import type { Counted, Measured } from '../spec/task-metrics.ts';
import type { Task } from '../tasks/task.ts';

/** Of each target what the metrics of the task are made of, each once; undefined = the first. */
export function countedBy({ metrics, further = [] }: Pick<Task, 'metrics' | 'further'>): readonly {
  readonly target: string | undefined;
  readonly measured: readonly Measured[];
}[] {
  const all = metrics.flatMap((metric): readonly Counted[] => [metric, ...(metric.plus ?? [])]);
  return [undefined, ...further.map(({ target }) => target.name)].map((target) => ({
    target,
    measured: [...new Set(all.filter((one) => one.target === target).map(({ of }) => of))],
  }));
}

/** Sums over the answers that count, made where one is asked for, and their number. */
interface Sums {
  readonly count: ValueId;
  readonly of: Readonly<Partial<Record<Measured, () => ValueId>>>;
}

/** Classes have no mask: an answer of -1 does not count. */
export const sumsOf = (builder: GraphBuilder, answer: ValueId, wanted: ValueId, mask: ValueId | null): Sums =>
  mask === null ? classSums(builder, answer, wanted) : valueSums(builder, answer, wanted, mask);

function classSums(builder: GraphBuilder, logits: ValueId, wanted: ValueId): Sums {
  const { loss, count } = op.softmaxCrossEntropy(builder, logits, wanted, { reduction: 'sum' });
  return { count, of: { 'cross-entropy': () => loss, hits: () => op.accuracy(builder, logits, wanted) } };
}

function valueSums(builder: GraphBuilder, y: ValueId, wanted: ValueId, mask: ValueId): Sums {
  const prediction = op.reshape(builder, y, builder.shape(wanted));
  const { loss, count } = op.meanSquaredError(builder, prediction, wanted, mask);
  const absolute = (): ValueId => {
    const error = op.sub(builder, prediction, wanted);
    const size = op.max(builder, error, op.neg(builder, error));
    return op.reduceSum(builder, op.mul(builder, size, mask), 'all');
  };
  return { count, of: { 'squared-error': () => op.mul(builder, loss, count), 'absolute-error': absolute } };
}
