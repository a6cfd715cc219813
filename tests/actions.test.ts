// Actions on runs, on real engines: stop and continue, other weights, samples, other modes, taking runs out.
import { models } from '../src/engine/models/registry.ts';
import { identityOf } from '../src/engine/spec/look.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../src/engine/core/safetensors.ts';
import { unwrap } from '../src/engine/core/result.ts';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import { toTorch } from '../src/lab/runs/torch-names.ts';
import type { LabHandlers } from '../src/protocol/rpc.ts';
import { endless, tinyRace, tinyText } from './support/experiments.ts';
import { alive, eventually, scratchFolder } from './support/program.ts';
import { saying } from './support/saying.ts';

const home = scratchFolder();
let lab: Lab;
let door: LabHandlers;
beforeAll(async () => {
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
  door = handlersOf(lab);
});
afterAll(() => lab.close());

const run = (at = 0) => {
  const found = lab.keeper.runs()[at];
  if (!found) throw new Error('a run is expected');
  return { ...lab.keeper.runState(found.id), pid: lab.race.pidOf(found.id) };
};

const bothTrain = (): Promise<void> => eventually('steps of both', () => run(0).step > 0 && run(1).step > 0);

describe('actions', () => {
  it('stop ends the engine and keeps what there is; resume starts where it stood', async () => {
    await door['session/new']({ name: 'stop' });
    await door['race/start']({ spec: tinyRace(endless) });
    await bothTrain();
    const pid = run(0).pid;
    const { runs } = await door['race/act']({ runs: [run(0).id], action: { kind: 'stop' } });
    expect(runs[0]?.status).toBe('stopped');
    expect(pid === undefined || alive(pid)).toBe(false);
    const stood = run(0).step;
    expect(run(0).checkpoints.find((mark) => mark.kind === 'latest')?.step).toBe(stood);
    await door['race/act']({ runs: [run(0).id], action: { kind: 'resume' } });
    await eventually('it goes on', () => run(0).step > stood);
    await door['race/act']({ runs: [], action: { kind: 'stop' } });
    const { step } = run(0);
    const query = { runs: [run(0).id], metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e7 } as const;
    const [curve] = await door['series/query'](query);
    expect(curve?.step).toEqual(Array.from({ length: step }, (_, i) => i + 1));
    await expect(door['race/act']({ runs: ['r-none'], action: { kind: 'stop' } })).rejects.toMatchObject({
      appError: { code: 'not-found' },
    });
  });

  it('a finished run is not resumed', async () => {
    await door['session/new']({ name: 'finished' });
    await door['race/start']({ spec: tinyRace(20) });
    await lab.race.idle();
    expect([run(0).status, run(1).status]).toEqual(['finished', 'finished']);
    await expect(door['race/act']({ runs: [run(0).id], action: { kind: 'resume' } })).rejects.toMatchObject({
      appError: { code: 'conflict' },
    });
  });

  it('weights of the wrong shape are refused by name and change nothing; right ones are taken', async () => {
    await door['session/new']({ name: 'weights' });
    await door['race/start']({
      spec: tinyRace(endless, {
        variants: [
          { model: 'minGru', fields: { d: 16, layers: 1 } },
          { model: 'minGru', fields: { d: 24, layers: 1 } },
        ],
      }),
    });
    await bothTrain();
    await door['race/act']({ runs: [], action: { kind: 'pause' } });
    await eventually('both saved', () =>
      [run(0), run(1)].every(
        (one) => one.status === 'paused' && one.checkpoints.some((mark) => mark.kind === 'latest'),
      ),
    );
    const path = join(home, 'sessions', 'weights.safetensors');
    await door['session/export']({ format: 'safetensors', runs: [run(0).id], path });
    await lab.keeper.settled();
    const before = unwrap(await lab.keeper.store.checkpoint(run(1).id, 'latest')).bytes;
    await expect(door['run/import-weights']({ run: run(1).id, path })).rejects.toMatchObject({
      appError: { code: 'bad-input', message: saying(/\[.*\]/) },
    });
    await expect(
      door['run/import-weights']({ run: run(1).id, path: join(home, 'sessions', 'none') }),
    ).rejects.toMatchObject({
      appError: { code: 'not-found' },
    });
    await lab.keeper.settled();
    expect(tensors(unwrap(await lab.keeper.store.checkpoint(run(1).id, 'latest')).bytes)).toEqual(tensors(before));
    const own = unwrap(readSafetensors(unwrap(await lab.keeper.store.checkpoint(run(0).id, 'latest')).bytes));
    const zeros = [...own.tensors]
      .filter(([name]) => !name.startsWith('optimiser/'))
      .map(([name, tensor]) => [name, { ...tensor, data: tensor.data.map(() => 0) }] as const);
    writeFileSync(path, writeSafetensors({ tensors: new Map(zeros), metadata: {} }));
    await door['run/import-weights']({ run: run(0).id, path });
    const now = unwrap(readSafetensors(unwrap(await lab.keeper.store.checkpoint(run(0).id, 'latest')).bytes));
    for (const [name] of zeros)
      expect(
        now.tensors.get(name)?.data.every((value) => value === 0),
        name,
      ).toBe(true);
    expect(run(0).status).toBe('paused');
    // The same under PyTorch's names, except the norms, which a file may lack.
    const weights = [...own.tensors].filter(([one]) => !one.startsWith('optimiser/'));
    const torch = toTorch('minGru', new Map(weights));
    const partly = new Map([...torch].filter(([name]) => !name.endsWith('gamma')));
    writeFileSync(path, writeSafetensors({ tensors: partly, metadata: { format: 'pt' } }));
    await door['run/import-weights']({ run: run(0).id, path });
    const last = unwrap(readSafetensors(unwrap(await lab.keeper.store.checkpoint(run(0).id, 'latest')).bytes)).tensors;
    const name = 'layer0/mixer/weight';
    expect(last.get(name)?.data).toEqual(own.tensors.get(name)?.data);
    expect(last.get('layer0/mixer/norm/weight')?.data.every((value) => value === 0)).toBe(true);
    const [event] = (await lab.keeper.store.events()).filter(({ kind }) => kind === 'import-weights').slice(-1);
    expect(event?.detail).toContain('kept: layer0/mixer/norm/weight, final/norm/weight');
    await expect(door['run/import-weights']({ run: run(1).id, path })).rejects.toMatchObject({
      appError: {
        code: 'bad-input',
        message: saying(/tensor token_emb\.weight must have shape \[6, 24\], got \[6, 16\]/),
      },
    });
  });

  it('queue trains one after the other, parallel all at once and says so', async () => {
    await door['session/new']({ name: 'modes' });
    await door['race/start']({ spec: tinyRace(400, { mode: 'queue' }) });
    await eventually('the second begins', () => run(1).step > 0);
    expect(run(0).status).toBe('finished');
    await lab.race.idle();
    await door['race/start']({ spec: tinyRace(400, { mode: 'parallel' }) });
    await lab.race.idle();
    const states = lab.session.current()?.runs ?? [];
    expect(states.map((state) => [state.name, state.status, state.environment?.exclusive])).toEqual([
      ['minGRU', 'finished', true],
      ['minLSTM', 'finished', true],
      ['minGRU (2)', 'finished', false],
      ['minLSTM (2)', 'finished', false],
    ]);
    // A model's own place; again with its colour and a dash that no model has, since every colour is some model's.
    const places = states.map((state) => state.identity);
    expect(places.slice(0, 2)).toEqual([0, 1]);
    expect(places.map((place) => identityOf(place).colour)).toEqual(
      [0, 1, 0, 1].map((place) => identityOf(place).colour),
    );
    expect(Math.min(...places.slice(2))).toBeGreaterThanOrEqual(Object.keys(models).length);
    expect(states[2]?.last['train/loss']).toBe(states[0]?.last['train/loss']);
  });

  it('a run can be sampled while it trains, renamed, and taken out', async () => {
    await door['session/new']({ name: 'text' });
    await door['race/start']({
      spec: tinyText({
        variants: [
          { model: 'minGru', fields: { d: 16, layers: 1 } },
          { model: 'gru', fields: { d: 16, layers: 1 } },
        ],
        budget: { unit: 'steps', amount: endless },
      }),
    });
    await bothTrain();
    const sample = await door['run/sample']({
      run: run(0).id,
      prompt: 'Call me',
      length: 12,
      temperature: 0.8,
      seed: 3,
    });
    expect([...sample.text]).toHaveLength(12);
    const marks = await door['run/samples']({ run: run(0).id });
    expect(marks.at(-1)).toMatchObject({ id: sample.id, step: sample.step, seed: 3 });
    expect(await door['run/sample-text']({ run: run(0).id, id: sample.id })).toEqual(sample);
    await expect(
      door['run/sample']({ run: run(0).id, prompt: '漢', length: 5, temperature: 1, seed: 1 }),
    ).rejects.toMatchObject({ appError: { code: 'bad-input' } });
    const { runs } = await door['run/edit']({ run: run(1).id, name: run(0).name, note: 'slow', tags: ['a'] });
    expect(runs[1]).toMatchObject({ name: 'minGRU (2)', note: 'slow', tags: ['a'] });
    await door['session/edit']({ baseline: run(1).id });
    const after = await door['run/delete']({ run: run(1).id });
    expect(after.runs.map((one) => one.name)).toEqual(['minGRU']);
    expect(after.baseline).toBeNull();
    const step = run(0).step;
    await eventually('the other goes on', () => run(0).step > step);
    const path = lab.keeper.path;
    await door['session/close']({});
    const again = await door['session/open']({ path });
    expect(again.runs[0]).toMatchObject({
      status: 'interrupted',
      problem: { cure: saying('Resume') },
    });
  });
});

const tensors = (bytes: Uint8Array): unknown =>
  [...unwrap(readSafetensors(bytes)).tensors].map(([name, tensor]) => [name, [...tensor.data]]);
