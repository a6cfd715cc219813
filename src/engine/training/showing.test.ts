// What runs write and answer: the text depends on weights and settings alone, the answers are those that evaluation counts, and none of
// this affects training.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { cpuDevice } from '../device/cpu/index.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { isRight } from '../spec/showing.ts';
import { smallSpec, smallText } from '../verify/small-run.ts';
import { knownWords, longestCopy } from './copied.ts';
import { heldOutExamples } from './examples.ts';
import { prepareRun } from './prepare.ts';
import { setUpRun } from './setup.ts';
import { isShown, type Shown } from './showing.ts';
import type { TrainingRun } from './training-run.ts';

const runs: TrainingRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.dispose();
});

const textOf = (spec: RunSpec): string | null => (spec.task.id === 'char-text-v1' ? smallText : null);

async function start(spec: RunSpec, shows = true) {
  const shown: (Shown & { readonly step: number })[] = [];
  const points: MetricColumns[] = [];
  const checkpoints: { readonly kind: string; readonly step: number; readonly bytes: Uint8Array }[] = [];
  const run = unwrap(
    await prepareRun({
      spec,
      data: textOf(spec),
      device: cpuDevice,
      listener: {
        metrics: (columns) => void points.push(...columns),
        checkpoint: (kind, { step }, bytes) => void checkpoints.push({ kind, step, bytes }),
        ...(shows ? { shown: (step, all) => void shown.push(...all.map((one) => ({ step, ...one }))) } : {}),
      },
      resume: null,
    }),
  );
  runs.push(run);
  return { run, shown, points, checkpoints };
}

const toEnd = async (run: TrainingRun): Promise<void> => {
  for (;;) {
    const { outcome } = await run.slice({ seconds: 60, steps: null }, () => false);
    if (outcome !== 'slice') return;
  }
};

const textSpec = (steps: number, evaluateEvery: number): RunSpec => ({
  ...smallSpec({
    device: 'cpu',
    task: 'char-text-v1',
    model: 'minGru',
    training: { evaluateEvery, evaluateAtStart: true },
  }),
  budget: { unit: 'steps', amount: steps },
});

describe('a run that shows what it learns', () => {
  it('is the same run to the bit as one that shows nothing', async () => {
    const [one, other] = [await start(textSpec(30, 5)), await start(textSpec(30, 5), false)];
    for (const { run } of [one, other]) await toEnd(run);
    const tensors = async ({ run }: typeof one): Promise<Buffer> => {
      const bytes = Buffer.from(await run.save());
      return bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
    };
    expect((await tensors(one)).equals(await tensors(other))).toBe(true);
    // Series by series, since the number of points per batch depends on timing.
    const losses = ({ points }: typeof one): unknown =>
      ['train/loss', 'val/loss'].map((name) =>
        points
          .filter(({ metric }) => metric === name)
          .flatMap(({ step, value }) => [...step].map((at, i) => [at, value[i]])),
      );
    expect(losses(one)).toEqual(losses(other));
    expect(losses(one)).toMatchObject([{ length: 30 }, { length: 7 }]);
    expect(other.shown).toEqual([]);
  });

  it('has shown its first weights and its last when it ends, each whole, with the text that its prompt leads to', async () => {
    const { run, shown } = await start(textSpec(30, 5));
    await toEnd(run);
    const texts = shown.filter((one) => one.kind === 'text');
    expect(texts[0]?.step).toBe(0);
    expect(texts.at(-1)?.step).toBe(30);
    // Each with its answers of the same step.
    const answers = shown.filter((one) => one.kind === 'answers');
    expect(answers.map(({ step }) => step)).toEqual(texts.map(({ step }) => step));
    for (const { text, prompt, temperature, seed, detail } of texts) {
      expect([prompt, temperature, seed]).toEqual([texts[0]?.prompt, 0.8, 1]);
      expect(prompt.length).toBeGreaterThan(3);
      expect(smallText).toContain(prompt);
      expect(detail.symbols.join('')).toBe(text);
      expect(detail.shares).toHaveLength(240);
      expect(detail.likeliest).toHaveLength(240);
      detail.likeliest.forEach((others, i) => {
        const shares = others.map(([, share]) => share);
        expect(shares).toEqual(shares.toSorted((a, b) => b - a));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(1.01);
        const own = others.find(([symbol]) => symbol === detail.symbols[i]);
        if (own) expect(detail.shares[i]).toBe(own[1]);
        else expect(detail.shares[i]).toBeLessThanOrEqual(shares.at(-1) ?? 1);
      });
      const { start: from, length } = detail.copied;
      const stretch = detail.symbols.slice(from, from + length).join('');
      expect(smallText).toContain(stretch);
    }
  });

  it('writes the same text from its weights of now and from a checkpoint of them, whatever it did before', async () => {
    const { run, checkpoints } = await start(textSpec(20, 5));
    await toEnd(run);
    const options = { prompt: 'The ', length: 60, temperature: 1, seed: 9 };
    const latest = checkpoints.findLast(({ kind }) => kind === 'latest');
    const now = unwrap(await run.sample(options, null));
    const first = checkpoints[0];
    unwrap(await run.sample({ ...options, seed: 1 }, first?.bytes ?? null));
    const again = unwrap(await run.sample(options, latest?.bytes ?? null));
    expect(latest?.step).toBe(20);
    expect([again.text, again.detail.shares]).toEqual([now.text, now.detail.shares]);
    expect(unwrap(await run.sample({ ...options, seed: 10 }, null)).text).not.toBe(now.text);
    expect(await run.sample(options, new Uint8Array([1, 2]))).toMatchObject({ ok: false });
  });

  it.each(['selective-copy-v1', 'parity-check-v1', 'char-text-v1'] as const)(
    'answers of %s are those that evaluation counts',
    async (task) => {
      const spec: RunSpec = {
        ...smallSpec({ device: 'cpu', task, model: 'gru', training: { evaluateEvery: 40 } }),
        budget: { unit: 'steps', amount: 40 },
      };
      const small = { ...spec, task: { ...spec.task, fields: { ...spec.task.fields, evalSequences: 4 } } };
      const { run, shown, points } = await start(small);
      await toEnd(run);
      const last = shown.findLast((one) => one.kind === 'answers');
      const all = heldOutExamples(unwrap(setUpRun(small, textOf(small))).task);
      const { examples } = all;
      if (last?.kind !== 'answers') throw new Error('answers are expected');
      expect(last.answers.examples).toEqual(examples.map(({ index }) => index));
      const right = examples.flatMap(({ asked }, i) =>
        asked.map(({ wanted }, j) => isRight(last.answers.answers[i]?.[j] ?? NaN, wanted, all)),
      );
      const accuracy = points.findLast(({ metric }) => metric === 'val/accuracy')?.value.at(-1) ?? NaN;
      expect(right.filter(Boolean).length / right.length).toBeCloseTo(accuracy, 6);
      const loss = points.findLast(({ metric }) => metric === 'val/loss')?.value.at(-1) ?? NaN;
      const shares = last.answers.shares?.flat() ?? [];
      // Kept to three digits.
      if (Math.min(...shares) > 0.02)
        expect(-shares.reduce((sum, share) => sum + Math.log(share), 0) / shares.length).toBeCloseTo(loss, 1);
    },
  );

  it('answers of a long text are those of its beginning, whatever comes after', async () => {
    const answersFor = async (length: number) => {
      const plain = textSpec(8, 8);
      const fields = { ...plain.task.fields, length, evalSequences: 1, heldOut: 0.5 };
      const spec = { ...plain, task: { ...plain.task, fields } };
      const { run, shown } = await start(spec);
      await toEnd(run);
      const first = shown.find((one) => one.kind === 'answers');
      if (first?.kind !== 'answers') throw new Error('answers are expected');
      const { examples } = heldOutExamples(unwrap(setUpRun(spec, smallText)).task);
      return { ...first.answers, asked: examples.map(({ asked }) => asked.length), symbols: examples[0]?.symbols };
    };
    const [long, short] = [await answersFor(280), await answersFor(250)];
    expect([long.asked, short.asked]).toEqual([[256], [250]]);
    expect(long.answers[0]).toHaveLength(256);
    // Held-out windows begin at the same place; the weights of step 0 are the same.
    expect(long.symbols?.slice(0, 250)).toEqual(short.symbols);
    expect(long.answers[0]?.slice(0, 250)).toEqual(short.answers[0]);
  });

  it('answers with values where the task wants them', async () => {
    const spec: RunSpec = {
      ...smallSpec({ device: 'cpu', task: 'adding-v1', model: 'gru' }),
      budget: { unit: 'steps', amount: 5 },
    };
    const { run, shown } = await start(spec);
    await toEnd(run);
    const last = shown.at(-1);
    expect(last).toMatchObject({ kind: 'answers', answers: { shares: null } });
    if (last?.kind === 'answers') for (const answers of last.answers.answers) expect(answers).toHaveLength(1);
  });
});

describe('how often', () => {
  it('every one of the first 64, then ever fewer, so that a million evaluations are a few hundred', () => {
    expect(Array.from({ length: 65 }, (_, i) => isShown(i)).every(Boolean)).toBe(true);
    let count = 0;
    for (let i = 0; i <= 1_000_000; i++) count += Number(isShown(i));
    expect(count).toBeLessThan(64 + 32 * 15);
    expect(count).toBeGreaterThan(400);
  });
});

describe('what is copied', () => {
  it('is the longest stretch that both texts have', () => {
    const text = fc.array(fc.nat({ max: 3 }), { maxLength: 40 });
    fc.assert(
      fc.property(text, text, (written, source) => {
        const { start, length } = longestCopy(written, source);
        const has = (part: readonly number[]): boolean =>
          source.some((_, at) => part.every((token, i) => token === source[at + i]));
        expect(length === 0 || has(written.slice(start, start + length))).toBe(true);
        const longer = written.some((_, at) => at + length < written.length && has(written.slice(at, at + length + 1)));
        expect(longer).toBe(false);
      }),
    );
  });

  it('counts whole words, in any script that sets them apart', () => {
    const source = 'Call me Ishmael. Some years ago';
    expect(knownWords('xx Call Ishmael whale Ago yy', source)).toBe(0.75);
    expect(knownWords('叫我以实玛利', source)).toBeNull();
    expect(knownWords('one two', source)).toBeNull();
  });
});
