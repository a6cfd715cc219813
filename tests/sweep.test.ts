// `minrnn sweep` with real engines: every trial is an ordinary run, a ladder that is killed on the way ends as one that was not, bit for bit, and what is
// wrong with a file is said before a session is touched.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { english } from '../src/engine/core/say.ts';
import type { SweepSpec } from '../src/engine/spec/sweep/sweep-spec.ts';
import { probeDevices } from '../src/lab/engines/device-probe.ts';
import { Lab } from '../src/lab/lab.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder, start, writeJson } from './support/program.ts';

const home = scratchFolder();
let lab: Lab;
beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
  // Devices are loaded through the test runner's channel, which does not keep a command alive.
  await probeDevices();
});
afterAll(async () => {
  delete process.env['MINRNN_HOME'];
  await lab.close();
});

const space = { learningRate: { log: [1e-4, 1e-1] }, d: [8, 16] } as const;
const halving: SweepSpec = { version: 1, method: 'halving', space, trials: 4, eta: 2, minimum: 2 };

const fileOf = (name: string, sweep: unknown, change: object = {}): string =>
  writeJson(home, `${name}.json`, {
    ...tinyRace(8),
    name,
    variants: [
      { model: 'minGru', fields: { layers: 1, dropout: 0.1 } },
      { model: 'gru', fields: { layers: 1 } },
    ],
    training: { batch: 8, evaluateEvery: 2 },
    sweep,
    ...change,
  });

const session = (name: string): string => join(home, `${name}.rnnlab`);

interface Told {
  readonly step: number;
  readonly intent: string;
  readonly problem: string | null;
  readonly values: readonly (number | null)[];
  readonly weights: string;
}

/** Of every run, by name: where it is, its evaluations, and its weights and optimiser without the times in the head of a checkpoint. */
async function told(path: string): Promise<ReadonlyMap<string, Told>> {
  await lab.session.open(path);
  const { store } = lab.keeper;
  const found = new Map<string, Told>();
  for (const run of lab.keeper.runs()) {
    const query = { runs: [run.id], metric: 'val/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
    const [window] = await store.series(query);
    const { bytes } = unwrap(await store.checkpoint(run.id, 'latest'));
    const head = 8 + new DataView(bytes.slice(0, 8).buffer).getUint32(0, true);
    found.set(run.name, {
      step: run.cursor.step,
      intent: run.intent,
      problem: run.problem && english(run.problem),
      values: window?.value ?? [],
      weights: createHash('sha256').update(bytes.slice(head)).digest('hex'),
    });
  }
  await lab.session.close();
  return found;
}

it('climbs its ladder, killed on the way or not, to the same runs bit for bit', async () => {
  const file = fileOf('ladder', halving);
  const whole = await minrnn('sweep', file, '--session', session('whole'));
  expect([whole.code, whole.err]).toEqual([0, '']);
  const expected = await told(session('whole'));
  const runs = [...expected.values()];
  for (const variant of [runs.slice(0, 4), runs.slice(4)]) {
    expect(variant.filter(({ step }) => step >= 2)).toHaveLength(4);
    expect(variant.filter(({ step, intent }) => step === 8 && intent === 'finished').length).toBeGreaterThanOrEqual(1);
    for (const { problem, intent, step } of variant.filter(({ step }) => step < 8)) {
      expect(intent).toBe('stopped');
      expect(problem).toMatch(new RegExp(`^Left at step ${step}: place [1-4] of [1-4], and \\d went on\\.$`));
    }
  }
  // Killed after the first rungs, in the middle, and late.
  for (const [at, seen] of [/stopped .*step\s+2/, /stopped .*step\s+4/, /finished/].entries()) {
    const path = session(`killed-${at}`);
    const running = start(['sweep', file, '--session', path], home);
    await running.until(seen);
    running.child.kill('SIGKILL');
    await running.finished;
    const again = await minrnn('sweep', file, '--session', path);
    expect([again.code, again.err]).toEqual([0, '']);
    expect(await told(path)).toEqual(expected);
  }
});

it('ends a run that had trained to its end when the lab was killed before it could write so', async () => {
  const path = session('unwritten');
  copyFileSync(session('whole'), path);
  const expected = await told(path);
  await lab.session.open(path);
  const ended = lab.keeper.runs().filter(({ intent }) => intent === 'finished');
  expect(ended.length).toBeGreaterThan(0);
  for (const { id } of ended) lab.keeper.update(id, { intent: 'active' });
  await lab.session.close();
  const again = await minrnn('sweep', fileOf('ladder', halving), '--session', path);
  expect([again.code, again.err]).toEqual([0, '']);
  expect(await told(path)).toEqual(expected);
});

it('says so when a session has lost the evaluation that a run is judged by', async () => {
  const path = session('lost');
  copyFileSync(session('whole'), path);
  await lab.session.open(path);
  const left = lab.keeper.runs().find(({ cursor }) => cursor.step === 2);
  expect(left).toBeDefined();
  await lab.keeper.store.truncateMetrics(left?.id ?? '', 1);
  await lab.session.close();
  const again = await minrnn('sweep', fileOf('ladder', halving), '--session', path);
  expect(again.code).not.toBe(0);
  expect(again.err).toMatch(/has trained to step 2, and its session has no evaluation there/);
});

it('does nothing more when it is done, and reports every trial', async () => {
  const file = fileOf('ladder', halving);
  const before = await told(session('whole'));
  const report = join(home, 'report.md');
  const again = await minrnn('sweep', file, '--session', session('whole'), '--report', report);
  expect(again.code).toBe(0);
  expect(await told(session('whole'))).toEqual(before);
  const text = readFileSync(report, 'utf8');
  for (const name of before.keys()) expect(text).toContain(name);
  expect(text).toMatch(/\| 8 \| \d \| \d \|/);
  expect((await minrnn('sweep', file, '--session', session('whole'), '--report', report)).err).toMatch(/must be free/);
  const table = join(home, 'report.csv');
  await minrnn('sweep', file, '--session', session('whole'), '--report', table);
  const [head = '', ...rows] = readFileSync(table, 'utf8').trim().split('\r\n');
  expect(head).toBe('variant,trial,learningRate,d,status,steps,val/loss,val/loss at 2,val/loss at 4,val/loss at 8');
  expect(rows).toHaveLength(8);
  const steps = rows.map((row) => Number(row.split(',')[5]));
  expect(steps.toSorted()).toEqual([...before.values()].map(({ step }) => step).toSorted());
});

it('trains a grid with seeds to the end, and goes on with what is missing', async () => {
  const file = fileOf(
    'grid',
    { version: 1, method: 'grid', space: { learningRate: { log: [1e-3, 1e-1], count: 3 } } },
    { seeds: [1, 2], variants: [{ model: 'minGru', fields: { layers: 1, d: 8 } }] },
  );
  const planned = await minrnn('sweep', file, '--plan');
  expect(planned.out).toMatch(/grid: 3 trials of 1 variants, 6 runs/);
  const ran = await minrnn('sweep', file, '--session', session('grid'), '--json');
  expect(ran.code).toBe(0);
  const lines = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const result = lines.find(({ type }) => type === 'sweep') as {
    readonly variants: readonly { readonly counts: { readonly ended: number }; readonly bestOfK: readonly number[] }[];
  };
  expect(result.variants[0]?.counts.ended).toBe(3);
  const before = await told(session('grid'));
  expect([...before.values()].map(({ step, intent }) => [step, intent])).toEqual(new Array(6).fill([8, 'finished']));
  await lab.session.open(session('grid'));
  const [gone] = lab.keeper.runs();
  lab.keeper.deleteRuns([gone?.id ?? '']);
  await lab.session.close();
  expect((await minrnn('sweep', file, '--session', session('grid'))).code).toBe(0);
  const after = await told(session('grid'));
  expect([...after.values()].map(({ weights }) => weights).toSorted()).toEqual(
    [...before.values()].map(({ weights }) => weights).toSorted(),
  );
});

it('is the same from parts that were trained apart and merged', async () => {
  const sweep = { version: 1, method: 'random', space, trials: 3 };
  const alone = { variants: [{ model: 'minGru', fields: { layers: 1 } }], budget: { unit: 'steps', amount: 4 } };
  const both = fileOf('both', sweep, { ...alone, seeds: [1, 2] });
  for (const seed of [1, 2]) {
    const part = fileOf(`part-${seed}`, sweep, { ...alone, seeds: [seed] });
    expect((await minrnn('sweep', part, '--session', session(`part-${seed}`))).code).toBe(0);
  }
  expect((await minrnn('sweep', both, '--session', session('local'))).code).toBe(0);
  const merged = await minrnn('session', 'merge', session('part-1'), session('part-2'), '--session', session('merged'));
  expect(merged.code).toBe(0);
  const before = await told(session('merged'));
  // Nothing is missing, so nothing is trained.
  const again = await minrnn('sweep', both, '--session', session('merged'), '--json');
  expect([again.code, again.out.includes('"status":"preparing"')]).toEqual([0, false]);
  expect(await told(session('merged'))).toEqual(before);
  const results = (runs: ReadonlyMap<string, Told>): readonly string[] =>
    [...runs.values()].map((run) => JSON.stringify(run)).toSorted();
  expect(results(before)).toEqual(results(await told(session('local'))));
  await lab.session.open(session('merged'));
  const seeds = [...Map.groupBy(lab.keeper.runs(), ({ variant }) => variant).values()];
  expect(seeds.map((runs) => runs.map(({ spec }) => spec.seed))).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  await lab.session.close();
});

it('counts a diverged trial, and goes on with the others', async () => {
  const file = fileOf(
    'broken',
    { version: 1, method: 'halving', space: { learningRate: [9] }, trials: 4, eta: 2, minimum: 2 },
    {
      training: { batch: 8, evaluateEvery: 2, optimiser: 'sgd', clip: 0 },
      variants: [{ model: 'elman', fields: { layers: 3, d: 16 } }],
    },
  );
  const ran = await minrnn('sweep', file, '--session', session('broken'), '--json');
  const lines = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const result = lines.find(({ type }) => type === 'sweep') as {
    readonly variants: readonly { readonly counts: Readonly<Record<string, number>> }[];
  };
  const counts = result.variants[0]?.counts ?? {};
  expect(Number(counts['ended']) + Number(counts['diverged']) + Number(counts['stopped'])).toBe(4);
  expect(ran.code).toBe(0);
});

it('says what is wrong before a session is touched', async () => {
  const path = session('untouched');
  const refused = async (...argv: string[]): Promise<string> => {
    const said = await minrnn(...argv, '--session', path);
    expect(said.code).toBe(2);
    expect(existsSync(path)).toBe(false);
    return said.err;
  };
  const ladder = fileOf('ladder', halving);
  expect(await refused('race', ladder)).toMatch(/run by "minrnn sweep"/);
  expect(await refused('sweep', fileOf('plain', undefined))).toMatch(/must have a "sweep"/);
  expect(await refused('sweep', fileOf('odd', { ...halving, metric: 'accurracy' }))).toMatch(
    /loss, accuracy, got accurracy/,
  );
  expect(await refused('sweep', fileOf('short', { ...halving, minimum: 3 }))).toMatch(/multiple of 2 steps/);
  expect((await minrnn('sweep', ladder)).err).toMatch(/--session must name/);
});
