// Rows that a task of tokens generates, for tests of its rule, and what is counted in them.
import { RandomStream } from '../../src/engine/core/philox.ts';
import { unwrap } from '../../src/engine/core/result.ts';
import { defaultsOf, type FieldValues } from '../../src/engine/spec/fields.ts';
import { tasks, type TaskId } from '../../src/engine/tasks/registry.ts';
import { ints, makeBatch } from '../../src/engine/tasks/streams.ts';
import type { Task } from '../../src/engine/tasks/task.ts';

/** Draws are fixed; a true generator fails one such test in a thousand seeds. */
export const unlikely = 1e-3;

export const prepare = (id: TaskId, values: FieldValues): Task =>
  unwrap(tasks[id].prepare({ ...defaultsOf(tasks[id].fields), ...values }, null));

export const refusal = (id: TaskId, values: FieldValues) =>
  tasks[id].prepare({ ...defaultsOf(tasks[id].fields), ...values }, null);

export interface Row {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export function rows(task: Task, count: number, seed = 3): readonly Row[] {
  const batch = makeBatch(task, count, task.trainLength);
  task.train(batch, new RandomStream(seed, 'data', 0));
  const cut = (all: Int32Array, i: number): number[] => [
    ...all.subarray(i * task.trainLength, (i + 1) * task.trainLength),
  ];
  return Array.from({ length: count }, (_, i) => ({
    x: cut(ints(batch, 'symbols'), i),
    y: cut(ints(batch, 'wanted'), i),
  }));
}

export function tally(values: readonly number[], kinds: number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (const value of values) counts[value]++;
  return counts;
}
