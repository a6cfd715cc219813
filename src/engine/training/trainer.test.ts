// What a person relies on when a run trains: it learns, it stops where it should, it continues exactly where it was.
import { english } from '../core/say.ts';
import { describe, expect, it } from 'vitest';
import type { FieldValues } from '../spec/fields.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { tasks, type TaskId } from '../tasks/registry.ts';
import { smallSpec } from '../verify/small-run.ts';
import { describeRun } from './describe.ts';
import { never, train, watch, weightsOf, type Watched } from '../../../tests/support/watched-run.ts';
import { saying } from '../../../tests/support/saying.ts';

const kinds = ['reference', 'cpu'] as const;

describe.each(kinds)('training on %s', (device) => {
  it('learns to copy: the loss falls well below chance', async () => {
    const fields = { d: 24, layers: 2 };
    const training = { batch: 16, evaluateEvery: 100, learningRate: 1e-2 };
    const taskFields = { length: 6, memorise: 1, vocabulary: 6 };
    const steps = device === 'cpu' ? 300 : 120;
    const spec = smallSpec({ device, fields, training, taskFields, budget: { unit: 'steps', amount: steps } });
    const { run, points } = await watch(spec);
    expect((await train(run)).outcome).toBe('finished');
    const losses = points.get('val/loss') ?? [];
    expect(losses[0]?.[1]).toBeGreaterThan(1);
    expect(losses.at(-1)?.[1]).toBeLessThan(0.35);
    expect(points.get('val/accuracy')?.at(-1)?.[1]).toBeGreaterThan(0.9);
    expect(losses.at(-1)?.[0]).toBe(steps);
    await run.dispose();
  });

  const settings = {
    'AdamW, cosine, dropout, MLP, convolution': {
      fields: { dropout: 0.2, mlp: true, conv: true },
      training: { schedule: 'cosine', warmup: 3 },
    },
    'SGD with momentum in parts, early stop': {
      fields: {},
      training: { optimiser: 'sgd', accumulate: 2, patience: 3 },
    },
    'Adam, LSTM with a learned start': {
      model: 'lstm' as const,
      fields: { learnedStart: true },
      training: { optimiser: 'adam', clip: 0 },
    },
  };
  it.each(Object.entries(settings))('resumes bit for bit: %s', async (_, setting) => {
    const spec = smallSpec({ device, ...setting });
    const whole = await watch(spec);
    const outcome = await train(whole.run);
    const first = await watch(spec);
    await train(first.run, 7);
    const saved = { cursor: first.run.cursor(), bytes: await first.run.save() };
    await train(first.run, 2);
    await first.run.dispose();
    const second = await watch(spec, saved);
    expect(await train(second.run)).toEqual(outcome);
    expect(await weightsOf(second.run)).toEqual(await weightsOf(whole.run));
    expect(second.run.cursor().best).toEqual(whole.run.cursor().best);
    expect(second.run.cursor().sinceBest).toBe(whole.run.cursor().sinceBest);
    const after = (whole.points.get('train/loss') ?? []).filter(([step]) => step > 7);
    expect(second.points.get('train/loss')).toEqual(after);
    expect(second.points.get('train/learning-rate')).toEqual((whole.points.get('train/learning-rate') ?? []).slice(7));
    await Promise.all([whole.run.dispose(), second.run.dispose()]);
  });

  it.each([0, 0.5])('a batch in parts gives the same losses as the whole batch, dropout %d', async (dropout) => {
    const losses: (number | null)[][] = [];
    for (const accumulate of [1, 2, 4]) {
      // 7 x 5 numbers per sample, so that a part may start anywhere within a block of random words.
      const fields = { d: 5, mlp: true, dropout };
      const { run, points } = await watch(
        smallSpec({ device, task: 'adding-v1', fields, taskFields: { length: 7 }, training: { accumulate } }),
      );
      await train(run, 6);
      losses.push((points.get('train/loss') ?? []).map(([, value]) => value));
      await run.dispose();
    }
    const precision = device === 'cpu' ? 4 : 10;
    losses[0]?.forEach((value, i) => {
      for (const other of losses.slice(1)) expect(other[i]).toBeCloseTo(value ?? NaN, precision);
    });
  });

  it.each([1, 2])(
    'stops at the first broken step, names the tensor and keeps the weights (%i parts)',
    async (accumulate) => {
      const spec = smallSpec({ device, fields: { norm: 'none', layers: 3 }, training: { weightDecay: 0, accumulate } });
      const { run, checkpoints } = await watch(spec);
      await train(run, 3);
      run.setLearningRate(device === 'cpu' ? 1e12 : 1e38);
      const result = await train(run);
      expect(result.outcome).toBe('diverged');
      expect(result.problem?.code).toBe('diverged');
      expect(result.problem && english(result.problem.message)).toMatch(
        /at step \d+; the first tensor that is not finite is \S+\.$/,
      );
      for (const values of (await weightsOf(run)).values()) expect(values.every(Number.isFinite)).toBe(true);
      expect(checkpoints.every(({ cursor }) => cursor.step <= run.cursor().step)).toBe(true);
      run.setLearningRate(1e-3);
      await run.loadWeights(checkpoints.find(({ kind }) => kind === 'best')?.bytes ?? new Uint8Array());
      expect((await train(run)).outcome).toBe('finished');
      await run.dispose();
    },
  );

  // One device is enough, since the trainer makes this check.
  if (device === 'cpu')
    it('never hands out a checkpoint with broken numbers', async () => {
      const spec = smallSpec({
        device,
        training: { evaluateAtStart: false, weightDecay: 10 },
        budget: { unit: 'steps', amount: 4 },
      });
      const { run, checkpoints } = await watch(spec);
      await train(run, 3);
      run.setLearningRate(3e38);
      const result = await train(run);
      expect(result.outcome).toBe('diverged');
      expect(result.problem && english(result.problem.message)).toMatch(
        /^Training: after step 4, tensor \S+ must hold finite numbers, got/,
      );
      expect(checkpoints).toEqual([]);
      await run.dispose();
    });

  it('continues a text from a prompt, the same for the same seed', async () => {
    const spec = smallSpec({ device, task: 'char-text-v1', model: 'gru', training: { evaluateEvery: 1000 } });
    const { run } = await watch(spec);
    await train(run, 5);
    const before = await weightsOf(run);
    const options = { prompt: 'The cat', length: 20, temperature: 0.8, seed: 5 };
    const sampled = await run.sample(options, null);
    const text = sampled.ok ? sampled.value.text : '';
    expect(text).toHaveLength(20);
    expect(await run.sample(options, null)).toMatchObject({ ok: true, value: { text } });
    expect(await weightsOf(run)).toEqual(before);
    expect(await run.sample({ ...options, prompt: '' }, null)).toMatchObject({ ok: false, error: { field: 'prompt' } });
    expect((await run.sample({ ...options, prompt: '中' }, null)).ok).toBe(false);
    await run.dispose();
  });

  it('plans the bytes it takes', async () => {
    const spec = smallSpec({ device, threads: 2 });
    const described = await describeRun(spec, null);
    const { run } = await watch(spec);
    expect(described.ok && described.value).toEqual(run.facts);
    await run.dispose();
  });
});

describe('every task', () => {
  it.each(Object.keys(tasks) as TaskId[])('%s trains, evaluates and reports what its kind has', async (task) => {
    const taskFields: FieldValues = 'evalSequences' in tasks[task].fields ? { evalSequences: 3 } : {};
    const spec = smallSpec({
      device: 'cpu',
      task,
      taskFields,
      training: { batch: 2 },
      budget: { unit: 'steps', amount: 2 },
    });
    const { run, points } = await watch(spec);
    expect((await train(run)).outcome).toBe('finished');
    expect(points.get('train/loss')?.map(([step]) => step)).toEqual([1, 2]);
    expect(points.get('val/loss')?.every(([, value]) => value !== null && value > 0)).toBe(true);
    expect(points.has('val/accuracy')).toBe(tasks[task].kind !== 'regression');
    expect(run.facts.tokensPerStep).toBeGreaterThan(2);
    await run.dispose();
  });
});

describe('threads', () => {
  it('1, 2 and 3 give the same bits, also when a run goes on with another number of them', async () => {
    const fields = { d: 24, layers: 2, expansion: 2, conv: true, mlp: true, dropout: 0.1 };
    for (const model of ['minGru', 'lstm'] as const) {
      const specOf = (threads: number): RunSpec =>
        smallSpec({ device: 'cpu', threads, model, fields, training: { batch: 16 }, taskFields: { length: 30 } });
      const weights: Map<string, number[]>[] = [];
      for (const threads of [1, 2, 3]) {
        const { run } = await watch(specOf(threads));
        await train(run, 10);
        const saved = { cursor: run.cursor(), bytes: await run.save() };
        await run.dispose();
        const other = await watch(specOf((threads % 3) + 1), saved);
        await train(other.run);
        weights.push(await weightsOf(other.run));
        await other.run.dispose();
      }
      expect(weights[1]).toEqual(weights[0]);
      expect(weights[2]).toEqual(weights[0]);
    }
  });
});

describe('a run', () => {
  it('saves after the first step when that took as long as checkpoints are apart: warm-up is no time off', async () => {
    const training = { batch: 64, checkpointEvery: 0.1, evaluateAtStart: false, evaluateEvery: 1000 };
    // In float64 one step of this takes several tenths of a second on any machine.
    const spec = smallSpec({ device: 'reference', fields: { d: 64, layers: 2 }, training, taskFields: { length: 16 } });
    const { run, checkpoints } = await watch(spec);
    await train(run, 1);
    expect(checkpoints.map(({ kind, cursor }) => [kind, cursor.step])).toEqual([['latest', 1]]);
    await run.dispose();
  });

  it('starts equal weights equal in every variant and draws the same data', async () => {
    const gru = await watch(smallSpec({ model: 'gru' }));
    const minimal = await watch(smallSpec({ implementation: 'log-scan' }));
    const fused = await watch(smallSpec());
    const [a, b, c] = [await weightsOf(gru.run), await weightsOf(minimal.run), await weightsOf(fused.run)];
    expect(b).toEqual(c);
    for (const name of ['embedding/weight', 'layer0/mixer/down/weight', 'head/weight'])
      expect(a.get(name)).toEqual(b.get(name));
    await Promise.all([train(minimal.run, 5), train(fused.run, 5)]);
    const losses = (watched: Watched): (number | null)[] =>
      (watched.points.get('train/loss') ?? []).map(([, value]) => value);
    losses(fused).forEach((loss, i) => expect(losses(minimal)[i]).toBeCloseTo(loss ?? NaN, 9));
  });

  it('stops early when nothing gets better, and keeps the best', async () => {
    const training = { learningRate: 1e-8, evaluateEvery: 1, patience: 4, optimiser: 'sgd', evaluateAtStart: true };
    const spec = smallSpec({ training, taskFields: { evalSequences: 1 }, budget: { unit: 'steps', amount: 500 } });
    const { run } = await watch(spec);
    run.setLearningRate(1);
    const result = await train(run);
    const { best, step, sinceBest } = run.cursor();
    expect(result.outcome).toBe('early-stop');
    expect(sinceBest).toBe(4);
    expect(step - (best?.step ?? NaN)).toBe(4);
  });

  it.each([
    [{ unit: 'steps', amount: 7 } as const, 7],
    [{ unit: 'tokens', amount: 4 * 14 * 3 + 1 } as const, 4],
  ])('ends with its budget %o', async (budget, steps) => {
    const { run, checkpoints } = await watch(smallSpec({ budget }));
    expect((await train(run)).outcome).toBe('finished');
    expect(run.cursor().step).toBe(steps);
    expect(run.progress()).toBe(1);
    expect(checkpoints.at(-1)).toMatchObject({ kind: 'latest', cursor: { step: steps } });
    expect((await train(run)).outcome).toBe('finished');
    expect(run.cursor().step).toBe(steps);
  });

  it('ends with a budget of active seconds, which leave out warm-up and evaluation', async () => {
    const { run } = await watch(smallSpec({ budget: { unit: 'seconds', amount: 0.2 } }));
    expect((await train(run)).outcome).toBe('finished');
    const { activeSeconds, wallSeconds } = run.cursor();
    expect(activeSeconds).toBeGreaterThanOrEqual(0.2);
    expect(wallSeconds).toBeGreaterThan(activeSeconds + (run.warmupSeconds() ?? NaN));
    expect(run.stepSeconds()?.median).toBeGreaterThan(0);
  });

  it('gives the baton back when asked and lets the process breathe', async () => {
    const { run } = await watch(smallSpec({ budget: { unit: 'steps', amount: 1e6 } }));
    let breaths = 0;
    const breathing = setInterval(() => (breaths += 1), 0);
    // Only a process that yields to its event loop hears that it has to return the baton.
    expect((await run.slice({ seconds: 3600, steps: null }, () => breaths >= 5)).outcome).toBe('slice');
    clearInterval(breathing);
    const before = run.cursor().step;
    expect(before).toBeLessThan(1e6);
    await run.slice({ seconds: 0, steps: null }, never);
    expect(run.cursor().step).toBe(before + 1);
  });

  it('refuses weights of another network by name, and takes its own', async () => {
    const { run } = await watch(smallSpec());
    const own = await run.save();
    await train(run, 4);
    expect(await run.loadWeights(own)).toEqual({ ok: true, value: null });
    const wide = await watch(smallSpec({ fields: { d: 9 } }));
    expect(await wide.run.loadWeights(own)).toMatchObject({
      ok: false,
      error: { message: saying('Weights: tensor embedding/weight must have shape [6, 9], got [6, 8]') },
    });
    const gated = await watch(smallSpec({ fields: { mlp: true } }));
    expect((await run.loadWeights(await gated.run.save())).ok).toBe(false);
    expect(await gated.run.loadWeights(own)).toMatchObject({
      error: { message: saying('is required, got none') },
    });
    expect((await run.loadWeights(own.slice(0, 100))).ok).toBe(false);
  });
});
