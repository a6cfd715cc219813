// What is remembered about `auto`, and what a resumed run reports.
import { say } from '../../engine/core/say.ts';
import { mkdtempSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EnvironmentStamp } from '../../engine/spec/catalogue.ts';
import { expandExperiment } from '../../engine/spec/expand.ts';
import type { StoredRun } from '../../session/store.ts';
import { tinyRace } from '../../../tests/support/experiments.ts';
import { catalogueWith } from '../experiments/catalogue.ts';
import { DeviceChoices } from './device-choices.ts';

const [planned] = expandExperiment({ ...tinyRace(40), device: { kind: 'auto' } }, catalogueWith([]));
if (!planned) throw new Error('a run is expected');
const { spec } = planned;
const chosen = { device: { kind: 'cpu', threads: 2, module: 'wasm' }, reason: say`fastest of 2 measured` };
const stamp = (module: string): EnvironmentStamp => ({
  version: '1',
  commit: null,
  node: '24',
  platform: 'test',
  cpu: 'test',
  device: 'cpu',
  module,
  threads: 2,
  reason: say`fastest of 2 measured`,
  exclusive: true,
  started: '2026-01-01T00:00:00.000Z',
});
const cursor = { step: 0, activeSeconds: 0, wallSeconds: 0, learningRate: null, best: null, sinceBest: 0 };
const storedRun = (environment: EnvironmentStamp | null, step: number): StoredRun => ({
  id: 'a',
  spec,
  name: 'a',
  variant: 0,
  identity: 0,
  intent: 'active',
  problem: null,
  cursor: { ...cursor, step },
  facts: null,
  environment,
  stepSeconds: null,
  warmupSeconds: null,
  peakBytes: null,
  forkedFrom: null,
  note: '',
  tags: [],
  hidden: false,
  texts: null,
});
const folder = (): string => mkdtempSync(join(tmpdir(), 'choices-'));

it('remembers a choice for the shape of a run on the same machine, over restarts', async () => {
  const home = folder();
  const choices = await DeviceChoices.load(home, 'this');
  expect(choices.for(storedRun(null, 0))).toBeNull();
  await choices.remember(spec, chosen);
  const again = await DeviceChoices.load(home, 'this');
  expect(again.for(storedRun(null, 0))).toEqual(chosen);
  const wider = { ...spec, model: { ...spec.model, fields: { ...spec.model.fields, d: 24 } } };
  expect(again.for({ ...storedRun(null, 0), spec: wider })).toBeNull();
  expect((await DeviceChoices.load(home, 'another')).for(storedRun(null, 0))).toBeNull();
});

it('sends a resumed run back to where it was, and a device asked for by name is never questioned', async () => {
  const choices = await DeviceChoices.load(folder(), 'this');
  await choices.remember(spec, chosen);
  const resumed = choices.for(storedRun(stamp('native avx2'), 7));
  expect(resumed?.device).toEqual({ kind: 'cpu', threads: 2, module: 'native' });
  const named = { ...spec, device: { kind: 'cpu', threads: 0 } };
  expect(choices.for({ ...storedRun(stamp('native avx2'), 7), spec: named })).toBeNull();
});

it('gives all runs of one task in a session the same device, module and threads, unless a device is named', async () => {
  const choices = await DeviceChoices.load(folder(), 'this');
  const cpu = cpus()[0]?.model.trim() ?? '';
  const first = { ...storedRun({ ...stamp('native avx2'), threads: 1, cpu }, 7), id: 'first' };
  const wider = { ...spec, model: { ...spec.model, fields: { ...spec.model.fields, d: 24 } } };
  const next = { ...storedRun(null, 0), id: 'next', spec: wider };
  // A measurement for its own shape is not used, or the runs could not be compared.
  await choices.remember(wider, chosen);
  const settled = await choices.settle(next, [next, first]);
  expect(settled).toEqual({
    chosen: {
      device: { kind: 'cpu', threads: 1, module: 'native' },
      reason: say`the same for all runs of a race: ${say`fastest of 2 measured`}`,
    },
    devices: null,
  });
  expect((await choices.settle(next, [next])).chosen).toEqual(chosen);
  const elsewhere = { ...first, environment: { ...stamp('native avx2'), cpu: 'another' } };
  expect((await choices.settle(next, [elsewhere])).chosen).toEqual(chosen);
  const otherTask = {
    ...first,
    spec: { ...spec, task: { ...spec.task, fields: { ...spec.task.fields, length: 99 } } },
  };
  expect((await choices.settle(next, [otherTask])).chosen).toEqual(chosen);
  const named = { ...next, spec: { ...spec, device: { kind: 'cpu', threads: 2 } } };
  expect((await choices.settle(named, [named, first])).chosen).toBeNull();
  // A choice made for another run is not remembered as measured for this one.
  const keeper = { run: () => next, records: { event: () => undefined } };
  choices.stamp(keeper, 'next', { ...stamp('native avx2'), threads: 1, cpu }, settled.chosen);
  expect(choices.known(wider)).toEqual(chosen);
});

it('marks a run that goes on with another kernel module as no longer bit-exact, and keeps the mark', async () => {
  const choices = await DeviceChoices.load(folder(), 'this');
  const events: string[] = [];
  const keeper = (run: StoredRun): Parameters<DeviceChoices['stamp']>[0] => ({
    run: () => run,
    records: { event: (_, kind, detail) => events.push(`${kind}: ${detail}`) },
  });
  const same = choices.stamp(keeper(storedRun(stamp('wasm simd128'), 7)), 'a', stamp('wasm simd128'), null);
  expect(same.movedFrom).toBeNull();
  const moved = choices.stamp(keeper(storedRun(stamp('native avx2'), 7)), 'a', stamp('wasm simd128'), null);
  expect(moved.movedFrom).toEqual({ step: 7, device: 'cpu', module: 'native avx2' });
  expect(events).toEqual(['moved: from native avx2 to wasm simd128: not bit-exact from step 7 on']);
  const later = choices.stamp(keeper(storedRun(moved, 9)), 'a', stamp('wasm simd128'), null);
  expect(later.movedFrom).toEqual(moved.movedFrom);
  expect(events).toHaveLength(1);
});
