// `auto` with real devices and a real trainer: it must choose device, module and threads, say why, and train the same run as when that device is named.
import { english } from '../engine/core/say.ts';
import { describe, expect, it } from 'vitest';
import { expandExperiment } from '../engine/spec/expand.ts';
import { prepareRun } from '../engine/training/prepare.ts';
import { catalogueWith } from '../lab/experiments/catalogue.ts';
import { tinyRace } from '../../tests/support/experiments.ts';
import { measureDevices } from './auto-device.ts';

const [planned] = expandExperiment({ ...tinyRace(40), device: { kind: 'auto' } }, catalogueWith([]));
if (!planned) throw new Error('a run is expected');
const { spec } = planned;

describe('measureDevices', () => {
  it('times every thread count on the best module and takes the fastest, with the figures as reason', async () => {
    const chosen = await measureDevices({ spec, data: null, devices: ['cpu'] }, prepareRun, 2);
    expect(chosen?.device.kind).toBe('cpu');
    expect([1, 2]).toContain(chosen?.device.threads);
    const reason = chosen ? english(chosen.reason) : '';
    const times = [...reason.matchAll(/([\d.]+) ms/g)].map(([, time]) => Number(time));
    expect(times).toHaveLength(2);
    expect(new Set(reason.match(/native|wasm/g)).size).toBe(1);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(0);
  });

  it('keeps a requested thread count', async () => {
    const asked = { ...spec, device: { kind: 'auto', threads: 1 } };
    const chosen = await measureDevices({ spec: asked, data: null, devices: ['cpu'] }, prepareRun, 2);
    expect(chosen?.device).toMatchObject({ kind: 'cpu', threads: 1 });
    expect(chosen && english(chosen.reason)).not.toContain('2 threads');
  });

  it('returns nothing for a run that cannot be built anywhere', async () => {
    const wide = { ...spec, model: { ...spec.model, fields: { ...spec.model.fields, d: 1_000_000 } } };
    expect(await measureDevices({ spec: wide, data: null, devices: ['cpu'] }, prepareRun, 2)).toBeNull();
  });
});
