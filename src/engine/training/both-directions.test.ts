// Runs whose network reads from both ends: tasks that refuse it, sizes and work by the program of the run, exact
// memory, the same losses on every device, and a run that goes on from its checkpoint.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { english } from '../core/say.ts';
import { sizeOf } from '../core/tensor.ts';
import { deviceKinds, loadDevice } from '../device/registry.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { stackState } from '../models/stack.ts';
import type { FieldValues } from '../spec/fields.ts';
import { memoryCheck } from '../spec/memory-check.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import { targetsOf } from '../tasks/streams.ts';
import { tasks, type TaskId } from '../tasks/registry.ts';
import { smallSpec, smallText, type SmallRun } from '../verify/small-run.ts';
import { workOfRun } from './facts.ts';
import { runSize } from './match.ts';
import { prepareRun } from './prepare.ts';
import { buildProgram } from './program.ts';
import { setUpRun, type RunSetup } from './setup.ts';
import { train, watch, weightsOf } from '../../../tests/support/watched-run.ts';

const listOps = (bidirectional: boolean, run: SmallRun = {}) =>
  smallSpec({ task: 'listops-v1', ...run, fields: { bidirectional, layers: 2, ...run.fields } });
const setup = (bidirectional: boolean, run?: SmallRun): RunSetup => unwrap(setUpRun(listOps(bidirectional, run), null));

describe('tasks', () => {
  const ids = Object.keys(tasks) as TaskId[];
  const prepared = ids.flatMap((id) => {
    const made = setUpRun(smallSpec({ task: id }), id === 'char-text-v1' ? smallText : null);
    return made.ok ? [{ id, task: made.value.task }] : [];
  });

  it.each(prepared)(
    '$id: refused at its field where a position is asked or text is written, else accepted',
    ({ id, task }) => {
      const spec = smallSpec({ task: id, fields: { bidirectional: true } });
      const made = setUpRun(spec, id === 'char-text-v1' ? smallText : null);
      if (targetsOf(task).every(({ at }) => at !== 'each')) return void expect(made.ok).toBe(true);
      expect(made.ok ? null : made.error).toMatchObject({ field: 'model.fields.bidirectional' });
      expect(made.ok ? '' : english(made.error.message)).toMatch(/one answer for a whole sequence/);
    },
  );

  it('that write text are all among those that are refused', () => {
    const writing = prepared.filter(({ task }) => task.text !== null);
    expect(writing.map(({ id }) => id)).toContain('char-text-v1');
    for (const { task } of writing) expect(task.target.at).toBe('each');
  });

  it('are both kinds here', () => {
    const accepted = prepared.filter(({ task }) => targetsOf(task).every(({ at }) => at !== 'each'));
    expect(accepted.map(({ id }) => id)).toContain('listops-v1');
    expect(accepted.length).toBeLessThan(prepared.length);
  });
});

describe('sizes', () => {
  const weights = (of: RunSetup) => buildProgram(of).variables.filter(({ role }) => role === 'weight');
  const [one, two] = [setup(false), setup(true)];

  it('has the recurrences once more and nothing else', () => {
    const names = (of: RunSetup): readonly string[] => weights(of).map(({ name }) => name);
    const added = weights(two).filter(({ name }) => name.includes('/backward/'));
    expect(names(two).filter((name) => !name.includes('/backward/'))).toEqual(names(one));
    const partners = weights(one).filter(({ name }) => added.some((of) => of.name.replace('/backward/', '/') === name));
    const count = (all: ReturnType<typeof weights>): number =>
      all.reduce((sum, { type }) => sum + sizeOf(type.shape), 0);
    expect(added).toHaveLength(partners.length);
    expect(count(added)).toBe(count(partners));
    expect(unwrap(runSize(two.spec, null, 'parameters'))).toBe(count(weights(two)));
  });

  it('carries a state a direction, and learns where both start', () => {
    expect(stackState(two.stack).map(({ name }) => name.replace('backward/', ''))).toHaveLength(4);
    expect(unwrap(runSize(two.spec, null, 'state'))).toBe(2 * unwrap(runSize(one.spec, null, 'state')));
    const learned = weights(setup(true, { fields: { learnedStart: true } })).map(({ name }) => name);
    expect(learned.filter((name) => name.includes('/start/'))).toEqual([
      'layer0/mixer/start/h',
      'layer0/mixer/start/backward/h',
      'layer1/mixer/start/h',
      'layer1/mixer/start/backward/h',
    ]);
  });

  it('counts the work of both: a network of one direction, and once more what its recurrences cost', () => {
    const work = (of: RunSetup): number => workOfRun(of, buildProgram(of));
    // Without a projection, the recurrence is all that a layer has.
    const bare = (bidirectional: boolean, layers: number): number =>
      work(
        setup(bidirectional, {
          fields: { layers, norm: 'none', residual: false, project: 'when-needed', expansion: 1 },
        }),
      );
    const layer = bare(false, 3) - bare(false, 2);
    const both = bare(true, 3) - bare(true, 2);
    // Per token that is not padding: one addition a number for the two results, and one where their gradients meet.
    const { trainLength, trainTokens = trainLength } = two.task;
    expect(both - 2 * layer).toBeCloseTo((2 * 8 * trainLength) / trainTokens, 6);
  });
});

describe('a run', () => {
  const devices = deviceKinds.filter((kind) => kind !== referenceDevice.kind);
  const spec = (device: string, fields: FieldValues = {}) =>
    listOps(true, { device, fields, training: { evaluateEvery: 4 }, budget: { unit: 'steps', amount: 8 } });

  it.each(['reference', 'cpu'])('goes on bit for bit from its checkpoint on %s', async (device) => {
    const settings = spec(device, { dropout: 0.2, learnedStart: true, conv: true, mlp: true });
    const whole = await watch(settings);
    await train(whole.run);
    const first = await watch(settings);
    await train(first.run, 3);
    const second = await watch(settings, { cursor: first.run.cursor(), bytes: await first.run.save() });
    await train(second.run);
    expect(await weightsOf(second.run)).toEqual(await weightsOf(whole.run));
    await Promise.all([whole, first, second].map(({ run }) => run.dispose()));
  });

  it.each(devices)('has the losses of the reference on %s, and takes the bytes that are planned', async (kind) => {
    const device = await loadDevice(kind);
    const { missing } = await device.capabilities();
    if (missing !== null) return;
    const [want, got] = [await ran('reference'), await ran(kind)];
    expect(want.losses.length).toBeGreaterThan(8);
    expect(got.losses.length).toBe(want.losses.length);
    got.losses.forEach((loss, i) => expect(Math.abs(loss - (want.losses[i] ?? NaN))).toBeLessThan(2e-4));
    expect(memoryCheck(got.facts)).toMatchObject({ off: false });
  });

  async function ran(kind: string) {
    const device = await loadDevice(kind as (typeof deviceKinds)[number]);
    const found = new Map<string, number[]>();
    const listener = {
      metrics: (columns: readonly MetricColumns[]) => {
        // By metric: devices report those of training and of evaluations in another order.
        for (const { metric, value } of columns)
          if (metric.endsWith('/loss'))
            found.set(metric, [...(found.get(metric) ?? []), ...value.map((one) => one ?? NaN)]);
      },
      checkpoint: () => undefined,
    };
    const run = unwrap(await prepareRun({ spec: spec(kind), data: null, device, listener, resume: null }));
    await run.slice({ seconds: 600, steps: null }, () => false);
    const growth = run.growth();
    const facts = growth === null ? { memory: run.facts.memory } : { memory: run.facts.memory, growth };
    await run.dispose();
    return { losses: ['train/loss', 'val/loss'].flatMap((metric) => found.get(metric) ?? []), facts };
  }
});
