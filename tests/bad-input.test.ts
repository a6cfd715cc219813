// Every kind of bad input: a message that says what is wrong, the right exit code, and no changes.
import { copyFileSync, existsSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Lab } from '../src/lab/lab.ts';
import { act } from '../src/lab/race/race-actions.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace, tinyText } from './support/experiments.ts';
import { readCurves } from './support/curves.ts';
import { eventually, scratchFolder, smallDisk, writeJson } from './support/program.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, name);

beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  const lab = await Lab.open({ onEvent: () => undefined });
  await lab.session.create('good', null, at('good.rnnlab'));
  await lab.start(tinyRace(20));
  await lab.race.idle();
  await lab.close();
});
afterAll(() => delete process.env['MINRNN_HOME']);

describe('experiments', () => {
  const bad = (name: string, change: object, message: RegExp): [string, object, RegExp] => [
    name,
    { ...tinyRace(20), ...change },
    message,
  ];
  const cases = [
    bad('an unknown model', { variants: [{ model: 'minGur' }] }, /variants\[0\]\.model.*minGur.*minGru/s),
    bad('d = 0', { variants: [{ model: 'minGru', fields: { d: 0 } }] }, /variants\[0\]\.fields\.d.*1.*got 0/s),
    bad('a negative learning rate', { training: { learningRate: -0.1 } }, /training\.learningRate.*got -0\.1/s),
    bad('an unknown task', { task: { id: 'selective-copy' } }, /task\.id.*selective-copy-v1/s),
    bad('an unknown device', { device: { kind: 'gpu' } }, /device\.kind.*"gpu".*cpu/s),
    bad(
      '16-bit storage on the cpu',
      { device: { kind: 'cpu', storage: 'f16' } },
      /device\.storage.*f16 needs the device webgpu, got "cpu"/s,
    ),
    bad('a budget of nothing', { budget: { unit: 'steps', amount: 0 } }, /budget\.amount.*got 0/s),
    [
      'T longer than the text',
      tinyText({ task: { id: 'char-text-v1', fields: { length: 65_536, heldOut: 0.01 } } }),
      /task\.fields\.length.*at most.*got 65,536/s,
    ],
    [
      'a text that is not here',
      tinyText({ task: { id: 'char-text-v1', fields: { dataset: 'tiny-shakespeare' } } }),
      /must be downloaded first/,
    ],
    [
      'a text nobody knows',
      tinyText({ task: { id: 'char-text-v1', fields: { dataset: 'moby' } } }),
      /"moby".*moby-dick/s,
    ],
    [
      'an accumulation that does not divide',
      { ...tinyRace(20), training: { batch: 8, accumulate: 3 } },
      /accumulat.*8.*got 3/s,
    ],
  ] satisfies [string, object, RegExp][];

  it.each(cases)('%s', async (_name, spec, message) => {
    const file = writeJson(home, 'bad.json', spec);
    const said = await minrnn('race', file, '--session', at('bad.rnnlab'));
    expect(said.err).toMatch(message);
    expect(said.code).toBe(2);
    expect(existsSync(at('bad.rnnlab'))).toBe(false);
  });

  it('broken JSON, with its place', async () => {
    writeFileSync(at('broken.json'), '{"format": "minrnn-experiment",,}');
    const said = await minrnn('plan', at('broken.json'));
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.err).toMatch(/not valid JSON.*position 31|line 1/s);
  });

  it('no file', async () => {
    const said = await minrnn('plan', at('nowhere'));
    expect(said.code).toBe(2);
    expect(said.err).toContain('nowhere');
  });

  it('options out of their range', async () => {
    const file = writeJson(home, 'good.json', tinyRace(20));
    expect((await minrnn('race', file, '--session', at('x.rnnlab'), '--threads', '-1')).code).toBe(2);
    expect((await minrnn('race', file, '--session', at('x.rnnlab'), '--mode', 'sprint')).code).toBe(2);
    expect((await minrnn('race', file)).code).toBe(2);
    expect((await minrnn('serve', '--port', '99999')).code).toBe(2);
    expect(existsSync(at('x.rnnlab'))).toBe(false);
  });

  it('with --json the error is a document as well', async () => {
    const file = writeJson(home, 'bad.json', { ...tinyRace(20), variants: [{ model: 'minGru', fields: { d: 0 } }] });
    const said = await minrnn('plan', file, '--json');
    expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'bad-input', field: 'variants[0].fields.d' } });
  });
});

describe('texts', () => {
  it('a file that is not UTF-8: the byte where it ends', async () => {
    writeFileSync(
      at('latin1.txt'),
      Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9, 0x20]), Buffer.from('au lait')]),
    );
    const said = await minrnn('data', 'import', at('latin1.txt'));
    expect(said.code).toBe(2);
    expect(said.err).toMatch(/UTF-8.*byte 3/s);
  });

  it('an empty file, and none', async () => {
    writeFileSync(at('empty.txt'), '');
    expect(await minrnn('data', 'import', at('empty.txt'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('empty'),
    });
    expect((await minrnn('data', 'import', at('missing.txt'))).code).toBe(2);
    expect(existsSync(at('data')) ? readdirSync(at('data')) : []).toEqual([]);
  });
});

describe('session files', () => {
  const unchanged = async (path: string, work: () => Promise<void>): Promise<void> => {
    const before = readFileSync(path);
    await work();
    expect(readFileSync(path).equals(before)).toBe(true);
  };
  const broken: [string, (path: string) => void, RegExp][] = [
    [
      'is not SQLite',
      (path) =>
        writeFileSync(
          path,
          'a text that is no database, long enough to have a header of a hundred bytes or more than that',
        ),
      /not|SQLite/,
    ],
    ['is empty', (path) => writeFileSync(path, ''), /empty/],
    [
      'is a database of something else',
      (path) => new DatabaseSync(path).exec('create table t (x); insert into t values (1)'),
      /must be a session/,
    ],
    [
      'is from a newer version',
      (path) => {
        copyFileSync(at('good.rnnlab'), path);
        const database = new DatabaseSync(path);
        database.exec('pragma user_version = 9999');
        database.close();
      },
      /newer/,
    ],
  ];

  it.each(broken)('one that %s', async (name, make, message) => {
    const path = at(`${name.replaceAll(' ', '-')}.rnnlab`);
    make(path);
    await unchanged(path, async () => {
      for (const command of [
        ['session', 'show', path],
        ['resume', path],
        ['session', 'check', path],
      ]) {
        const said = await minrnn(...command);
        expect(said.code, `${command.join(' ')}: ${said.err}`).not.toBe(0);
        expect(said.err + said.out).toMatch(message);
      }
    });
  });

  it('a truncated one is never taken for whole', async () => {
    const path = at('cut.rnnlab');
    copyFileSync(at('good.rnnlab'), path);
    truncateSync(path, Math.floor(statSync(path).size / 2));
    await unchanged(path, async () => {
      expect((await minrnn('session', 'check', path)).code).not.toBe(0);
      expect((await minrnn('resume', path)).code).not.toBe(0);
    });
  });

  it('one that is there already is not overwritten', async () => {
    const file = writeJson(home, 'good.json', tinyRace(20));
    await unchanged(at('good.rnnlab'), async () => {
      const said = await minrnn('race', file, '--session', at('good.rnnlab'));
      expect(said).toMatchObject({ code: 2, err: expect.stringContaining('--overwrite') });
    });
  });

  it('a run that is not in it', async () => {
    const said = await minrnn('sample', at('good.rnnlab'), '--run', 'mamba', '--prompt', 'x');
    expect(said.code).toBe(2);
    expect(said.err).toMatch(/mamba/);
    expect(said.err).toMatch(/minGRU/);
  });
});

describe('the world', () => {
  it('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const said = await minrnn('serve', '--port', String(port));
    other.close();
    expect(said.code).toBe(2);
    expect(said.err).toMatch(new RegExp(`port ${port} must be free.*--port`, 's'));
  });

  const disk = smallDisk(at('disk'));

  it.skipIf(disk === null)(
    'a full disk: the race pauses, says why, keeps what it has, and goes on when there is room',
    async () => {
      const problems: unknown[] = [];
      const lab = await Lab.open({ onEvent: (name, payload) => name === 'problem' && problems.push(payload) });
      const session = at('disk/full.rnnlab');
      await lab.session.create('full', null, session);
      await lab.start(
        tinyRace(4000, { training: { batch: 8, evaluateEvery: 100, checkpointEvery: 0.3, logEvery: 1 } }),
      );
      await lab.race.idle();
      await eventually('the message', () => problems.length > 0);
      expect(problems[0]).toMatchObject({ error: { code: 'disk-full' } });
      expect(lab.session.current()).toMatchObject({ saved: { failed: { code: 'disk-full' } } });
      expect(lab.session.current()?.runs.map((run) => run.status)).toEqual(['paused', 'paused']);
      expect(problems).toHaveLength(1);
      disk?.grow();
      await act(lab.race, [], { kind: 'resume' }, lab.catalogue().training);
      await lab.race.idle();
      await lab.keeper.saving.needSaved();
      expect(lab.session.current()).toMatchObject({ saved: 'saved' });
      expect(lab.session.current()?.runs.map((run) => [run.status, run.step])).toEqual([
        ['finished', 4000],
        ['finished', 4000],
      ]);
      await lab.close();
      const [first] = await readCurves(session);
      expect(first?.points['train/loss']?.step).toEqual(Array.from({ length: 4000 }, (_, i) => i + 1));
    },
  );
});
