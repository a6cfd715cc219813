// A lab on real files without a race: settings, sessions and their trash, presets, experiments, estimates.
import { say } from '../engine/core/say.ts';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabHandlers } from '../protocol/rpc.ts';
import { DeviceChoices, machineName } from './engines/device-choices.ts';
import { readExperiment } from './experiments/experiments.ts';
import { handlersOf } from './handlers/index.ts';
import { findHome } from './files/home.ts';
import { Lab } from './lab.ts';
import { Measurements } from './timing/measurements.ts';
import { presets } from './experiments/presets.ts';
import { programRoot } from './files/program.ts';
import { readFileSync } from 'node:fs';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

let folder: string;
let lab: Lab;
let door: LabHandlers;
const events: string[] = [];

const openLab = async (): Promise<void> => {
  const home = { config: folder, sessions: join(folder, 'sessions'), data: join(folder, 'data') };
  lab = await Lab.open({ home, onEvent: (name) => events.push(name) });
  door = handlersOf(lab);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minrnn-lab-'));
  folders.push(folder);
  await openLab();
  return () => lab.close();
});

describe('settings', () => {
  it('are there after a restart; a broken value falls back alone; a broken file changes nothing', async () => {
    await door['settings/set']({ theme: 'hc', threads: 2 });
    await openLab();
    expect(await door['settings/get']({})).toMatchObject({ theme: 'hc', threads: 2, mode: 'race' });
    writeFileSync(join(folder, 'settings.json'), '{"theme":"pink","threads":1}');
    await openLab();
    expect(await door['settings/get']({})).toMatchObject({ theme: 'system', threads: 1 });
    writeFileSync(join(folder, 'settings.json'), '{"theme":');
    await openLab();
    expect(await door['settings/get']({})).toMatchObject({ theme: 'system', threads: 0 });
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('lie where the system keeps such things, or all in one folder', () => {
    expect(findHome({ MINRNN_HOME: '/stick' })).toEqual({
      config: '/stick',
      sessions: join('/stick', 'sessions'),
      data: join('/stick', 'data'),
    });
    expect(findHome({ XDG_CONFIG_HOME: '/c' }, 'linux', '/nobody').config).toBe(join('/c', 'minrnn-lab'));
    expect(findHome({}, 'darwin', '/Users/a').config).toContain(join('Library', 'Application Support'));
  });
});

describe('sessions', () => {
  it('are created, edited, found again, duplicated, deleted and restored', async () => {
    const made = await door['session/new']({ name: 'Race: a/b' });
    expect(existsSync(made.path)).toBe(true);
    const twin = await door['session/new']({ name: 'Race: a/b' });
    expect(twin.path).not.toBe(made.path);
    await door['session/edit']({ note: 'minGRU 更快' });
    await door['session/rename']({ name: 'Renamed' });
    await expect(door['session/edit']({ baseline: 'r-none' })).rejects.toMatchObject({
      appError: { code: 'not-found' },
    });
    const copy = await door['session/duplicate']({ path: twin.path });
    expect(copy.name).toBe('Renamed');
    await door['session/close']({});
    await openLab();
    expect(await door['session/open']({ path: twin.path })).toMatchObject({
      name: 'Renamed',
      note: 'minGRU 更快',
      saved: 'saved',
    });
    const paths = (await door['session/list']({})).map((one) => one.path);
    expect(new Set(paths)).toEqual(new Set([made.path, twin.path, copy.path]));
    const { undo } = await door['session/delete']({ path: twin.path });
    expect(await door['session/current']({})).toBeNull();
    expect(existsSync(twin.path)).toBe(false);
    expect((await door['session/undelete']({ undo })).path).toBe(twin.path);
    expect(await door['session/open']({ path: twin.path })).toMatchObject({ note: 'minGRU 更快' });
    await expect(door['session/undelete']({ undo })).rejects.toMatchObject({ appError: { code: 'not-found' } });
    await expect(door['session/undelete']({ undo: '../../etc' })).rejects.toMatchObject({
      appError: { code: 'not-found' },
    });
  });

  it('a file that is not a session is listed by its name and blocks nothing', async () => {
    await door['session/new']({ name: 'good' });
    writeFileSync(join(folder, 'sessions', 'broken.rnnlab'), 'nothing');
    expect((await door['session/list']({})).map((one) => one.name)).toEqual(expect.arrayContaining(['good', 'broken']));
    await expect(door['session/open']({ path: join(folder, 'sessions', 'broken.rnnlab') })).rejects.toMatchObject({
      appError: { code: expect.any(String) },
    });
    expect((await door['session/current']({}))?.name).toBe('good');
  });

  it('copies that were cut off are gone at the next start, wherever sessions were opened', async () => {
    const away = mkdtempSync(join(tmpdir(), 'minrnn-lab-'));
    folders.push(away);
    await door['session/new']({ name: 'one' });
    await lab.session.saveAs(join(away, 'two.rnnlab'), false);
    await lab.close();
    const left = [join(folder, 'sessions', 'one.rnnlab.new-0123abcd'), join(away, 'two.rnnlab.copy-0123abcd')];
    for (const path of left) writeFileSync(path, '');
    await openLab();
    expect(left.map((path) => existsSync(path))).toEqual([false, false]);
    expect(existsSync(join(away, 'two.rnnlab'))).toBe(true);
  });

  it('save as refuses what is there, unless told', async () => {
    await door['session/new']({ name: 'one' });
    const target = join(folder, 'sessions', 'there.rnnlab');
    writeFileSync(target, 'precious');
    await expect(door['session/save-as']({ path: target })).rejects.toMatchObject({ appError: { code: 'conflict' } });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect((await door['session/save-as']({ path: target, overwrite: true })).path).toBe(target);
    expect((await door['session/current']({}))?.path).toBe(target);
  });
});

describe('experiments', () => {
  it('every preset can start as it is, and so can every example', async () => {
    const examples = readdirSync(join(programRoot(), 'examples')).map((name) =>
      readFileSync(join(programRoot(), 'examples', name), 'utf8'),
    );
    const specs = [
      ...presets.map((preset) => preset.spec),
      ...examples.map((text) => readExperiment(text, lab.catalogue())),
    ];
    for (const spec of specs) expect((await door['experiment/validate']({ spec })).issues, spec.name).toEqual([]);
    expect(presets).toHaveLength(5);
  });

  it('every problem is addressed to its field, also those only the data show', async () => {
    const preset = presets[0];
    if (!preset) throw new Error('a preset is expected');
    const spec = {
      ...preset.spec,
      variants: [{ model: 'minGru' }, { model: 'minGru', fields: { d: 0, layers: [1, 99] } }],
    };
    const fields = (await door['experiment/validate']({ spec })).issues.map((issue) => issue.field);
    expect(fields).toEqual(expect.arrayContaining(['variants[1].fields.d', 'variants[1].fields.layers']));
    const combination = {
      ...preset.spec,
      variants: [{ model: 'gru' }, { model: 'minGru', implementation: 'log-scan', fields: { candidate: 'identity' } }],
    };
    const [issue] = (await door['experiment/validate']({ spec: combination })).issues;
    expect(issue?.field).toMatch(/^variants\[1\]/);
    await door['session/new']({ name: 'x' });
    await expect(door['race/start']({ spec: combination })).rejects.toMatchObject({ appError: { code: 'bad-input' } });
    expect((await door['session/current']({}))?.runs).toEqual([]);
  });

  it('the preflight knows memory to the byte, and time as far as the machine has shown', async () => {
    const preset = presets[0];
    if (!preset) throw new Error('a preset is expected');
    // A busy machine may need several attempts for the short measurement; until then the time is unknown.
    let first = await door['experiment/preflight']({ spec: preset.spec });
    while (first.variants.some(({ seconds }) => seconds === null)) {
      first = await door['experiment/preflight']({ spec: preset.spec });
    }
    expect(first.variants.map((variant) => variant.secondsSource)).toEqual(['calibrated', 'calibrated']);
    for (const variant of first.variants) expect(variant.seconds?.low).toBeGreaterThan(0);
    expect(first.seconds?.low).toBeGreaterThan(Math.max(...first.variants.map(({ seconds }) => seconds?.low ?? 0)));
    for (const { memory } of first.variants) {
      const { total, ...parts } = memory ?? { total: -1 };
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
    }
    const judged = await lab.judge(preset.spec);
    const [run] = judged.runs;
    if (!run || !first.variants[0]?.memory) throw new Error('a run is expected');
    const facts = {
      parameters: 1,
      tokensPerStep: 100,
      samplesPerStep: 1,
      flopsPerToken: 1000,
      memory: first.variants[0].memory,
      metrics: [],
    };
    const measurements = await Measurements.load(folder);
    await measurements.record(run.spec, facts, 0.25);
    const reread = await Measurements.load(folder);
    expect(reread.step(run.spec, facts)).toEqual({ seconds: 0.25, source: 'measured' });
    const wider = { ...run.spec, model: { ...run.spec.model, fields: { ...run.spec.model.fields, d: 128 } } };
    expect(reread.step(wider, { ...facts, flopsPerToken: 4000 })).toEqual({ seconds: 1, source: 'calibrated' });
    expect(reread.step({ ...wider, device: { kind: 'reference', threads: 1 } }, facts)).toBeNull();
  });

  it('`auto` is planned as what such a run was measured to be fastest on, and says when that is not known', async () => {
    const [preset] = presets;
    if (!preset) throw new Error('a preset is expected');
    const spec = { ...preset.spec, device: { kind: 'auto', threads: 0 } };
    const [before] = (await door['experiment/preflight']({ spec })).variants;
    expect(before?.chosen).toBeNull();
    const [run] = (await lab.judge(spec)).runs;
    if (!run) throw new Error('a run is expected');
    const choices = await DeviceChoices.load(folder, machineName());
    const device = { kind: 'reference', threads: 1 };
    await choices.remember(run.spec, { device, reason: say`measured` });
    await lab.close();
    await openLab();
    const [after, other] = (await door['experiment/preflight']({ spec })).variants;
    expect(after?.chosen).toEqual(device);
    // All runs of a race use the device of the first one.
    expect(other?.chosen).toEqual(device);
    const named = await door['experiment/preflight']({ spec: { ...spec, device } });
    expect(after?.memory).toEqual(named.variants[0]?.memory);
    expect(named.variants[0]?.chosen).toBeUndefined();
  });
});
