// A run that starts from the weights of a file: it gives the answers of the original network, whatever program wrote the file; it records
// the file; and unsuitable files are refused by name and leave nothing behind.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { readSafetensors } from '../src/engine/core/safetensors.ts';
import type { FieldValues } from '../src/engine/spec/fields.ts';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import type { LabHandlers } from '../src/protocol/rpc.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder } from './support/program.ts';
import { saying } from './support/saying.ts';

const home = scratchFolder();
let lab: Lab;
let door: LabHandlers;
beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
  door = handlersOf(lab);
});
afterAll(async () => {
  delete process.env['MINRNN_HOME'];
  await lab.close();
});

const training = { batch: 8, evaluateEvery: 10, evaluateAtStart: true, learningRate: 0.01 };
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Validation losses of a run, by step. */
async function losses(id: string): Promise<ReadonlyMap<number, number | null>> {
  await lab.keeper.settled();
  const query = { runs: [id], metric: 'val/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
  const [curve] = await door['series/query'](query);
  return new Map(curve?.step.map((step, i) => [step, curve.value[i] ?? null] as const));
}

/** Everything a fork could leave. */
async function traces(): Promise<unknown> {
  await lab.keeper.settled();
  return [(await lab.keeper.store.runs()).map(({ id }) => id), (await lab.keeper.store.events()).length];
}

describe('a fork from weights', () => {
  it.each(['safetensors', 'torch'] as const)(
    'begins with the loss that the network of the file ended with (%s), and says which file it was',
    async (format) => {
      await door['session/new']({ name: `from ${format}` });
      await door['race/start']({
        spec: tinyRace(40, { training, variants: [{ model: 'minGru', fields: { d: 16, layers: 1 } }] }),
      });
      await lab.race.idle();
      const [parent] = lab.keeper.runs();
      if (parent === undefined) throw new Error('a run is expected');
      const path = join(home, 'sessions', `${format}.safetensors`);
      await door['session/export']({ format, path });
      const state = await door['race/act']({ runs: [parent.id], action: { kind: 'fork', step: 0, weights: path } });
      await lab.race.idle();
      const [, child] = lab.keeper.runs();
      if (child === undefined) throw new Error('a fork is expected');
      expect(state.runs).toHaveLength(2);
      expect(child.name).toBe(`minGRU · from ${format}.safetensors`);
      const file = { name: `${format}.safetensors`, sha256: sha256(path), bytes: readFileSync(path).length };
      expect(lab.keeper.runState(child.id).forkedFrom).toEqual({ run: parent.id, step: 0, weights: file });
      const [before, after] = [await losses(parent.id), await losses(child.id)];
      expect(after.get(0)).toBeCloseTo(before.get(40) ?? NaN, 6);
      expect(after.get(0)).not.toBeCloseTo(before.get(0) ?? NaN, 2);
      expect([...after.keys()]).toEqual([0, 10, 20, 30, 40]);
      expect(lab.keeper.runState(child.id).status).toBe('finished');
      // Read from the file again.
      await door['session/close']({});
      const { runs } = await door['session/open']({ path: state.path });
      expect(runs[1]?.forkedFrom).toEqual({ run: parent.id, step: 0, weights: file });
    },
  );

  it('takes a file that PyTorch wrote, and trains it on', async () => {
    const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/torch/weights.json'), 'utf8')) as {
      readonly vocabulary: number;
      readonly width: number;
      readonly cases: readonly {
        readonly name: string;
        readonly kind: string;
        readonly fields: FieldValues;
        readonly file: string;
      }[];
    };
    const lstm = golden.cases.find(({ name }) => name === 'nn.LSTM, two layers');
    if (lstm === undefined) throw new Error('the case is expected');
    const path = join(home, 'sessions', 'nn.LSTM.safetensors');
    writeFileSync(path, Buffer.from(lstm.file, 'base64'));
    await door['session/new']({ name: 'from PyTorch' });
    await door['race/start']({
      spec: tinyRace(10, {
        training,
        task: {
          id: 'selective-copy-v1',
          fields: { length: 8, memorise: 2, vocabulary: golden.vocabulary, evalSequences: 8 },
        },
        variants: [
          { model: lstm.kind, fields: { ...lstm.fields, d: golden.width } },
          { model: 'gru', fields: { d: golden.width, layers: 2 } },
        ],
      }),
    });
    await lab.race.idle();
    const [fits, other] = lab.keeper.runs();
    if (fits === undefined || other === undefined) throw new Error('two runs are expected');
    await door['race/act']({
      runs: [fits.id],
      action: { kind: 'fork', step: 0, weights: path, name: 'LSTM of PyTorch' },
    });
    await lab.race.idle();
    const child = lab.keeper.runs().find(({ name }) => name === 'LSTM of PyTorch');
    expect(child?.cursor.step).toBe(10);
    expect(child?.forkedFrom?.weights?.sha256).toBe(sha256(path));
    const before = await traces();
    await expect(
      door['race/act']({ runs: [other.id], action: { kind: 'fork', step: 0, weights: path } }),
    ).rejects.toMatchObject({
      appError: { code: 'bad-input', message: saying(/tensor .*\[\d+, \d+\]/) },
    });
    await expect(
      door['race/act']({ runs: [fits.id], action: { kind: 'fork', step: 0, weights: join(home, 'sessions', 'none') } }),
    ).rejects.toMatchObject({ appError: { code: 'not-found' } });
    expect(await traces()).toEqual(before);
  });

  it('is made and trained by the command line, which refuses weights of another network by name', async () => {
    const path = join(home, 'cli.rnnlab');
    const experiment = join(home, 'cli.experiment.json');
    const variants = [16, 24].map((d) => ({ name: `width ${d}`, model: 'gru', fields: { d, layers: 1 } }));
    writeFileSync(experiment, JSON.stringify(tinyRace(20, { training, variants })));
    expect((await minrnn('race', experiment, '--session', path)).code).toBe(0);
    const weights = join(home, 'wide.safetensors');
    expect(
      (await minrnn('session', 'export', path, '--format', 'safetensors', '--run', 'width 24', '--out', weights)).code,
    ).toBe(0);
    const refused = await minrnn('fork', path, '--run', 'width 16', '--weights', weights);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/tensor \S+ must have shape \[.*\], got \[.*\]/);
    expect((await minrnn('fork', path, '--run', 'width 24')).err).toContain('one of --step and --weights');
    const made = await minrnn('fork', path, '--run', 'width 24', '--weights', weights, '--name', 'again', '--json');
    expect([made.code, made.err]).toEqual([0, '']);
    const shown = JSON.parse((await minrnn('session', 'show', path, '--json')).out) as {
      readonly runs: readonly { readonly name: string; readonly step: number; readonly forkedFrom: unknown }[];
    };
    expect(shown.runs.map(({ name, step }) => [name, step])).toEqual([
      ['width 16', 20],
      ['width 24', 20],
      ['again', 20],
    ]);
    expect(shown.runs[2]?.forkedFrom).toMatchObject({
      step: 0,
      weights: { name: 'wide.safetensors', sha256: sha256(weights) },
    });
    const names = [...unwrap(readSafetensors(readFileSync(weights))).tensors.keys()];
    expect(names.every((name) => !name.startsWith('optimiser/'))).toBe(true);
  });
});
