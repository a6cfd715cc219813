// A task with two answers through the doors of the command line: the loss of each and the answers to each, by the same names everywhere.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answers } from '../src/engine/spec/showing.ts';
import { minrnn } from './support/command-line.ts';
import { readCurves } from './support/curves.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder, writeJson } from './support/program.ts';

const home = scratchFolder();
const session = join(home, 'two.rnnlab');

beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  const experiment = tinyRace(12, {
    task: { id: 'adding-order-v1', fields: { length: 6, evalSequences: 8 } },
    training: { batch: 4, evaluateEvery: 4 },
  });
  const raced = await minrnn('race', writeJson(home, 'two.experiment.json', experiment), '--session', session);
  expect(raced.code).toBe(0);
});
afterAll(() => void delete process.env['MINRNN_HOME']);

const exported = async (format: string): Promise<string> =>
  (await minrnn('session', 'export', session, '--format', format)).out;

it('the parts of the training loss are curves, columns and rows of files by their names', async () => {
  for (const { points } of await readCurves(session)) {
    const [whole, sum, order] = (['train/loss', 'train/loss/sum', 'train/loss/order'] as const).map(
      (name) => points[name]?.value ?? [],
    );
    expect([whole?.length, sum?.length, order?.length]).toEqual([12, 12, 12]);
    whole?.forEach((loss, i) => expect(loss).toBeCloseTo((sum?.[i] ?? NaN) + (order?.[i] ?? NaN) / 4, 5));
  }
  expect((await minrnn('session', 'show', session)).out).toMatch(/Train: Sum +Train: Order \(nats\)/);
  expect((await exported('table-csv')).split('\r\n')[0]).toContain('train_loss_sum,train_loss_order');
  expect(await exported('csv')).toContain(',train/loss/order,');
  expect(await exported('html')).toContain('alt="Training loss: Order"');
});

it('answers to both targets are in exports and on the terminal', async () => {
  const { runs } = JSON.parse(await exported('json')) as {
    readonly runs: readonly { readonly answers: readonly Answers[] }[];
  };
  for (const { answers } of runs) {
    const last = answers.at(-1);
    expect(last?.answers).toHaveLength(8);
    expect(last?.further?.map(({ target, answers: given }) => [target, given.length])).toEqual([['order', 8]]);
  }
  const told = await minrnn('sample', session, '--run', 'minGRU');
  expect([told.code, told.err]).toEqual([0, '']);
  const lines = told.out.trim().split('\n');
  expect(lines[1]).toMatch(/^example +answer +wanted +given +right$/);
  expect(lines.slice(3)).toHaveLength(16);
  for (const line of lines.slice(3))
    expect(line).toMatch(/ (Sum +\d\.\d{4} +-?\d\.\d{4}|Order +a[≤>]b +a[≤>]b) +[01] of 1$/);
});
