// Paths a page may use: only files in the allowed folders and files a person chose, whatever spelling or link is used.
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlersOf } from '../handlers/index.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { Lab } from '../lab.ts';
import { saying } from '../../../tests/support/saying.ts';

const outer = mkdtempSync(join(tmpdir(), 'minrnn-paths-'));
const home = { config: join(outer, 'config'), sessions: join(outer, 'sessions'), data: join(outer, 'data') };
const outside = join(outer, 'documents');
let lab: Lab;
let door: LabHandlers;
const refused = { appError: { code: 'permission', cure: saying(/./) } };

beforeAll(async () => {
  for (const folder of [outside, home.sessions, home.data]) mkdirSync(folder, { recursive: true });
  lab = await Lab.open({ home, onEvent: () => undefined });
  door = handlersOf(lab);
  await door['session/new']({ name: 'open' });
});
afterAll(async () => {
  await lab.close();
  rmSync(outer, { recursive: true, force: true });
});

const at = (name: string): string => join(outside, name);

/** Every request of a page that names a file. */
const requests: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  open: (path) => door['session/open']({ path }),
  details: (path) => door['session/details']({ path }),
  duplicate: (path) => door['session/duplicate']({ path }),
  delete: (path) => door['session/delete']({ path }),
  'save as': (path) => door['session/save-as']({ path, overwrite: true }),
  csv: (path) => door['session/export']({ format: 'csv', path, overwrite: true }),
  json: (path) => door['session/export']({ format: 'json', path, overwrite: true }),
  weights: (path) => door['session/export']({ format: 'safetensors', path, overwrite: true }),
  'import of weights': (path) => door['run/import-weights']({ run: 'r', path }),
  'weights of a fork': (weights) => door['race/act']({ runs: ['r'], action: { kind: 'fork', step: 0, weights } }),
  'import of a text': (path) => door['dataset/import']({ path }),
};

describe('a page', () => {
  it.each(Object.keys(requests))('names no file outside the folders for it: %s', async (what) => {
    const names = ['x.rnnlab', 'x.csv', 'x.json', 'x.safetensors', 'x.txt', '.bashrc'];
    for (const name of names) writeFileSync(at(name), 'precious');
    symlinkSync(outside, join(home.sessions, `away ${what}`));
    const ways = names.flatMap((name) => [
      at(name),
      join(home.sessions, '..', 'documents', name),
      join(home.sessions, `away ${what}`, name),
      `${home.sessions}-other/${name}`,
    ]);
    for (const way of [...ways, '/etc/passwd', '/dev/zero'])
      await expect(requests[what]?.(way), way).rejects.toMatchObject(refused);
    for (const name of names) expect(readFileSync(at(name), 'utf8')).toBe('precious');
  });

  it('follows no link out of a folder, and replaces nothing of another kind in it', async () => {
    const ways = { csv: '.csv', json: '.json', safetensors: '.safetensors' } as const;
    for (const [format, ending] of Object.entries(ways) as [keyof typeof ways, string][]) {
      writeFileSync(at(`linked${ending}`), 'precious');
      symlinkSync(at(`linked${ending}`), join(home.sessions, `linked${ending}`));
      const path = join(home.sessions, `linked${ending}`);
      await expect(door['session/export']({ format, path, overwrite: true })).rejects.toMatchObject(refused);
      expect(readFileSync(path, 'utf8')).toBe('precious');
      const other = join(home.sessions, `other${ending}`);
      writeFileSync(other, 'precious');
      await expect(door['session/export']({ format, path: other, overwrite: true })).rejects.toBeDefined();
      expect(readFileSync(other, 'utf8')).toBe('precious');
    }
    const profile = join(home.sessions, '.profile');
    writeFileSync(profile, 'precious');
    await expect(door['session/export']({ format: 'csv', path: profile, overwrite: true })).rejects.toMatchObject(
      refused,
    );
    await expect(door['session/save-as']({ path: profile, overwrite: true })).rejects.toMatchObject(refused);
  });

  it('takes no session, database or experiment for an export, its own session included', async () => {
    const own = lab.keeper.path;
    const before = readdirSync(home.sessions).sort();
    linkSync(own, join(home.sessions, 'hard.csv'));
    await expect(door['session/export']({ format: 'csv', path: own, overwrite: true })).rejects.toMatchObject(refused);
    const linked = join(home.sessions, 'hard.csv');
    await expect(door['session/export']({ format: 'csv', path: linked, overwrite: true })).rejects.toMatchObject({
      appError: { code: 'bad-input' },
    });
    rmSync(linked);
    expect(readdirSync(home.sessions).sort()).toEqual(before);
    expect((await door['session/rename']({ name: 'still here' })).saved).toBe('saved');
  });

  it('writes exports and reads files in the folders for it', async () => {
    const path = join(home.sessions, 'curves.csv');
    const format = 'csv' as const;
    expect((await door['session/export']({ format, path })).path).toBe(path);
    await expect(door['session/export']({ format, path })).rejects.toMatchObject({ appError: { code: 'conflict' } });
    expect((await door['session/export']({ format, path, overwrite: true })).path).toBe(path);
    const text = join(home.data, 'own.txt');
    writeFileSync(text, 'a text of its own '.repeat(200));
    await door['dataset/import']({ path: text });
  });

  it('names a file a person has chosen, and only that one', async () => {
    writeFileSync(at('chosen.txt'), 'chosen by a person '.repeat(200));
    lab.paths.grant(at('chosen.txt'));
    await door['dataset/import']({ path: at('chosen.txt') });
    await expect(door['dataset/import']({ path: at('x.txt') })).rejects.toMatchObject(refused);
    lab.paths.grant(at('copy.rnnlab'));
    expect((await door['session/save-as']({ path: at('copy.rnnlab') })).path).toBe(at('copy.rnnlab'));
  });

  it('opens again what a person has opened before, wherever it is', async () => {
    const path = at('by-shell.rnnlab');
    await lab.session.create('by shell', null, path);
    await door['session/new']({ name: 'another' });
    expect((await door['session/details']({ path })).name).toBe('by shell');
    expect((await door['session/open']({ path })).path).toBe(path);
  });

  it('moves its folders to no place of the system, of hidden settings or of everything', async () => {
    const places = [
      '/',
      '/etc',
      '/usr/share/x',
      '/proc/self',
      homedir(),
      join(homedir(), '.ssh'),
      join(homedir(), '.config', 'autostart'),
      'relative',
    ];
    symlinkSync(homedir(), join(outside, 'to-home'));
    for (const place of [...places, join(outside, 'to-home'), join(outside, 'to-home', '.ssh')])
      for (const field of ['sessionsFolder', 'dataFolder'] as const)
        await expect(door['settings/set']({ [field]: place }), place).rejects.toMatchObject(refused);
    const folder = join(outside, 'my sessions');
    expect((await door['settings/set']({ sessionsFolder: folder })).sessionsFolder).toBe(folder);
    await door['settings/set']({ sessionsFolder: home.sessions });
  });
});
