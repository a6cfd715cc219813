// International names and texts on the command line: they are accepted, can be typed, and stay unique.
import { english } from '../src/engine/core/say.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../src/engine/core/safetensors.ts';
import { unwrap } from '../src/engine/core/result.ts';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { Lab } from '../src/lab/lab.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace, tinyText } from './support/experiments.ts';
import { scratchFolder, writeJson } from './support/program.ts';

const home = scratchFolder();
const device = { kind: 'cpu', threads: 1, module: 'wasm' };
const at = (name: string): string => join(home, name);
beforeAll(() => void (process.env['MINRNN_HOME'] = home));
afterAll(() => delete process.env['MINRNN_HOME']);

/** Issues of an experiment from preflight and start. */
async function judged(spec: ExperimentSpec): Promise<readonly string[]> {
  const lab = await Lab.open({ onEvent: () => undefined });
  const { issues } = await lab.judge(spec);
  await lab.close();
  return issues.map((issue) => english(issue.message));
}

describe('texts', () => {
  const sentence = 'All happy families are alike; 한국어 naïve Война ガラス हिन्दी Việt. ';
  it.each([
    ['한국어.txt', '한국어'],
    ['Über naïve Größe.txt', 'über-naïve-größe'],
    ['Война и мир.txt', 'война-и-мир'],
    ['ガラス.txt', 'ガラス'],
    ['हिन्दी.txt', 'हिन्दी'],
    ['Tiếng Việt.txt', 'tiếng-việt'],
    [`${'长'.repeat(80)}.txt`, '长'.repeat(33)],
  ])('%j can be learnt under its name', async (file, id) => {
    writeFileSync(at(file), `${file} ${sentence.repeat(30)}`);
    const said = await minrnn('data', 'import', at(file));
    expect(said.err).toBe('');
    expect(said.out).toContain(`is here as "${id}"`);
    const spec = tinyText({
      device,
      task: { id: 'char-text-v1', fields: { length: 8, dataset: id.normalize('NFD') } },
    });
    expect(await judged(spec)).toEqual([]);
  });

  it('the name of another one is never taken over', async () => {
    mkdirSync(at('folder'), { recursive: true });
    for (const name of ['Same.txt', 'same.md', 'SAME', '🚀.txt', '🎉.txt'])
      writeFileSync(at(`folder/${name}`), `text of ${name} `.repeat(50));
    for (const name of readdirSync(at('folder')))
      expect((await minrnn('data', 'import', at(`folder/${name}`))).code).toBe(0);
    const listed = JSON.parse((await minrnn('data', 'list', '--json')).out) as { id: string }[];
    const ids = listed.map((one) => one.id.toLowerCase());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['same', 'same-2', 'same-3', 'text', 'text-2']));
  });

  it('UTF-16, a byte order mark and other line ends are converted, with a word', async () => {
    writeFileSync(at('utf16le-nobom.txt'), Buffer.from('sixteen bits a letter\r\n'.repeat(40), 'utf16le'));
    const said = await minrnn('data', 'import', at('utf16le-nobom.txt'));
    expect(said.out).toMatch(
      /is here as "utf16le-nobom".*Converted: UTF-16 \(little-endian\) to UTF-8, line ends CR LF to LF\./,
    );
    const [{ sha256 } = { sha256: '' }] = (
      JSON.parse((await minrnn('data', 'list', '--json')).out) as { id: string; sha256: string }[]
    ).filter(({ id }) => id === 'utf16le-nobom');
    expect(readFileSync(at(`data/${sha256}.txt`), 'utf8')).toBe('sixteen bits a letter\n'.repeat(40));
  });

  const refused: [string, (path: string) => void, RegExp][] = [
    [
      '600 MB',
      (path) => (writeFileSync(path, ''), truncateSync(path, 600_000_000)),
      /at most 268,435,456 bytes \(256 MiB\), got 600,000,000/,
    ],
    ['an empty folder', (path) => mkdirSync(path), /folder of pictures must have from 2 to .* got 0/],
    ['a zero byte', (path) => writeFileSync(path, 'a text\0 with a zero'), /zero character/],
    ['Latin-1', (path) => writeFileSync(path, Buffer.from('caf\xe9 au lait', 'latin1')), /UTF-8.*byte 3/],
    ['a named pipe', (path) => void execFileSync('mkfifo', [path]), /must be a file, got a named pipe/],
  ];
  it.each(process.platform === 'win32' ? refused.slice(0, -1) : refused)(
    '%s is refused with the reason',
    async (what, make, message) => {
      const path = at(`refused ${what}`);
      make(path);
      const before = readFileSync(at('data/imported.json'), 'utf8');
      const said = await minrnn('data', 'import', path);
      expect(said).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
      expect(readFileSync(at('data/imported.json'), 'utf8')).toBe(before);
    },
  );

  it.skipIf(process.platform === 'win32')('a device is refused', async () => {
    expect(await minrnn('data', 'import', '/dev/zero')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/a device/),
    });
    expect(await minrnn('plan', '/dev/zero')).toMatchObject({ code: 2, err: expect.stringMatching(/a device/) });
  });

  it('a text that is too short says which number is too small and what would fit', async () => {
    const plan = (length: number, heldOut: number, dataset: string): Promise<readonly string[]> =>
      judged(tinyText({ device, task: { id: 'char-text-v1', fields: { dataset, length, heldOut } } }));
    writeFileSync(at('short.txt'), 'ababa');
    writeFileSync(at('hundred.txt'), 'abcde'.repeat(20));
    await minrnn('data', 'import', at('short.txt'));
    await minrnn('data', 'import', at('hundred.txt'));
    expect((await plan(128, 0.1, 'hundred'))[0]).toMatch(
      /Context length must be at most 9: text "hundred" has 100 symbols: 90 to learn from and 10 held out.*got 128/,
    );
    expect(await plan(9, 0.1, 'hundred')).toEqual([]);
    const [short = ''] = await plan(128, 0.1, 'short');
    expect(short).toMatch(
      /Text "short" must have more symbols for a context of 128, got 5 symbols: 4 to learn from and 1 held out/,
    );
    expect(short).toMatch(
      /With a held-out share of 0\.5 a context of at most 1 fits.*needs a text of about 1,300 symbols/,
    );
    expect(await plan(1, 0.5, 'short')).toEqual([]);
  });
});

describe('runs', () => {
  const named = (...names: string[]) =>
    tinyRace(6, {
      device,
      variants: names.map((name, i) => ({ model: 'gru', name, fields: { d: 4 + i, layers: 1 } })),
    });
  const race = async (session: string, ...names: string[]): Promise<void> => {
    const said = await minrnn('race', writeJson(home, 'race.json', named(...names)), '--session', at(session));
    expect(said.code, said.err).toBe(0);
  };

  it('each has weights in a file of its own, whatever it is called', async () => {
    const names = [
      'lr 1/2',
      'lr 1-2',
      '🚀',
      '🎉',
      'minGRU (2)',
      'minGRU 2',
      'NUL',
      'Straße',
      'STRASSE',
      '长'.repeat(86),
      `${'长'.repeat(85)}短`,
    ];
    await race('collide.rnnlab', ...names);
    mkdirSync(at('weights'));
    const said = await minrnn(
      'session',
      'export',
      at('collide.rnnlab'),
      '--format',
      'safetensors',
      '--out',
      at('weights/w.safetensors'),
    );
    expect(said.code, said.err).toBe(0);
    const files = readdirSync(at('weights'));
    const runs = files.map((file) => unwrap(readSafetensors(readFileSync(at(`weights/${file}`)))).metadata['run']);
    expect(runs.toSorted()).toEqual(names.toSorted());
    for (const file of files) expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
  });

  it('the one that is written exactly is meant; what fits two is answered with both', async () => {
    await race('case.rnnlab', 'gru', 'GRU');
    const weights = (run: string, out: string) =>
      minrnn('session', 'export', at('case.rnnlab'), '--format', 'safetensors', '--run', run, '--out', at(out));
    for (const run of ['gru', 'GRU']) {
      expect((await weights(run, `${run}-exact.safetensors`)).code).toBe(0);
      expect(unwrap(readSafetensors(readFileSync(at(`${run}-exact.safetensors`)))).metadata['run']).toBe(run);
    }
    expect(await weights('Gru', 'other.safetensors')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/fits 2 runs: gru \(r-.*GRU \(r-/),
    });
    expect(await minrnn('resume', at('case.rnnlab'), '--run', 'Gru')).toMatchObject({ code: 2 });
    expect(await minrnn('sample', at('case.rnnlab'), '--run', 'Gru', '--prompt', 'x')).toMatchObject({ code: 2 });
  });

  it.each(['1,', '', '1..400000000', '3..1', '1,1', '4294967296'])('seeds %j are refused at once', async (seeds) => {
    const file = writeJson(home, 'seeds.json', named('a'));
    const said = await minrnn('race', file, '--session', at('seeds.rnnlab'), '--seeds', seeds);
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('--seeds') });
    expect(readdirSync(home)).not.toContain('seeds.rnnlab');
  });

  it('more than a thousand are refused before they are made', async () => {
    const list = Array.from({ length: 40 }, (_, i) => i + 1);
    const spec = tinyRace(6, {
      device,
      variants: [{ model: 'minGru', fields: { d: list, layers: list, batch: list } }],
    });
    const said = await minrnn('race', writeJson(home, 'grid.json', spec), '--session', at('grid.rnnlab'));
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/at most 1,000 runs, got 64,000/) });
  });
});
