// Every task that generates its data, trained: the cpu computes what the reference computes, and a simple recall is learned.
import { describe, expect, it } from 'vitest';
import { train, watch } from '../../../tests/support/watched-run.ts';
import { smallSpec, type SmallRun } from '../verify/small-run.ts';
import type { TaskId } from './registry.ts';

async function values(run: SmallRun): Promise<ReadonlyMap<string, readonly number[]>> {
  const watched = await watch(smallSpec(run));
  expect((await train(watched.run)).outcome).toBe('finished');
  const found = [...watched.points].map(([name, points]) => [name, points.map(([, value]) => value ?? NaN)] as const);
  await watched.run.dispose();
  return new Map(found);
}

const generated: readonly TaskId[] = [
  'copying-v1',
  'induction-heads-v1',
  'associative-recall-v1',
  'mqar-v1',
  'needle-v1',
  'listops-v1',
];

describe('tasks that generate their data', () => {
  it.each(generated)('%s: the cpu computes what the reference computes', async (task) => {
    const run = { task, budget: { unit: 'steps', amount: 3 }, training: { batch: 3, evaluateEvery: 1 } } as const;
    const [cpu, exact] = [await values({ ...run, device: 'cpu' }), await values({ ...run, device: 'reference' })];
    for (const metric of ['train/loss', 'val/loss', 'val/accuracy']) {
      const wanted = exact.get(metric) ?? [];
      expect(wanted.length).toBeGreaterThan(0);
      wanted.forEach((value, i) => expect(cpu.get(metric)?.[i]).toBeCloseTo(value, 4));
    }
  });

  it('ListOps can be answered from the mean over the steps', async () => {
    const run = { task: 'listops-v1', taskFields: { answer: 'pooled' }, budget: { unit: 'steps', amount: 2 } } as const;
    const [cpu, exact] = [await values({ ...run, device: 'cpu' }), await values({ ...run, device: 'reference' })];
    exact.get('train/loss')?.forEach((value, i) => expect(cpu.get('train/loss')?.[i]).toBeCloseTo(value, 4));
    expect(exact.get('train/loss')).toHaveLength(2);
  });

  it('copying after a delay is learned', async () => {
    const accuracy = await values({
      task: 'copying-v1',
      taskFields: { delay: 4, memorise: 1, vocabulary: 6 },
      fields: { d: 24, layers: 2 },
      training: { batch: 16, evaluateEvery: 100 },
      budget: { unit: 'steps', amount: 300 },
      device: 'cpu',
    });
    expect(accuracy.get('val/accuracy')?.at(-1)).toBeGreaterThan(0.9);
  });
});
