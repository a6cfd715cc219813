// Two labs that share a home lose nothing of each other's data, and a truncated list is reported as a problem, never treated as empty.
import { english } from '../../engine/core/say.ts';
import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../engine/core/result.ts';
import type { LabEvents } from '../../protocol/lab.ts';
import { handlersOf } from '../handlers/index.ts';
import { changeStored, readStored } from './home-list.ts';
import { Lab } from '../lab.ts';
import { saying } from '../../../tests/support/saying.ts';

const outer = mkdtempSync(join(tmpdir(), 'minrnn-lists-'));
afterAll(() => rmSync(outer, { recursive: true, force: true }));
let count = 0;
const newHome = () => {
  const config = join(outer, `home-${++count}`);
  mkdirSync(config);
  return { config, sessions: join(config, 'sessions'), data: join(config, 'data') };
};
const open = async (home: ReturnType<typeof newHome>) => {
  const problems: AppError[] = [];
  const lab = await Lab.open({
    home,
    onEvent: (name, payload) => name === 'problem' && problems.push((payload as LabEvents['problem']).error),
  });
  return { lab, door: handlersOf(lab), problems };
};
const book = (i: number): string => `a text with number ${i} and more of it. `.repeat(100);

describe('two labs of one home', () => {
  it('keep each other’s texts, settings, recent files and measurements', async () => {
    const home = newHome();
    const [a, b] = [await open(home), await open(home)];
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map((i) =>
        (i % 2 === 0 ? a : b).door['dataset/import']({ name: 'same name.txt', text: book(i) }),
      ),
    );
    await a.door['settings/set']({ theme: 'dark' });
    await b.door['settings/set']({ language: 'zh' });
    await a.door['session/new']({ name: 'of a' });
    await b.door['session/new']({ name: 'of b' });
    const c = await open(home);
    const own = c.lab.datasets.list().filter((entry) => entry.licence === 'your own file');
    expect(own).toHaveLength(6);
    expect(new Set(own.map((entry) => entry.id)).size).toBe(6);
    for (const { id } of own) expect(await a.lab.datasets.content(id)).toBe(await b.lab.datasets.content(id));
    expect(c.lab.settings.now).toMatchObject({ theme: 'dark', language: 'zh' });
    expect(await c.lab.sessionLibrary.opened()).toEqual(expect.arrayContaining([a.lab.keeper.path, b.lab.keeper.path]));
    for (const { lab } of [a, b, c]) await lab.close();
  });

  it('in processes of their own lose no entry of a list they write at the same time', async () => {
    const path = join(outer, 'counted.json');
    const script = join(outer, 'add.ts');
    const module = JSON.stringify(new URL('home-list.ts', import.meta.url).href);
    writeFileSync(
      script,
      `import { changeStored } from ${module};
       for (let i = 0; i < 25; i++)
         await changeStored('settings', ${JSON.stringify(path)}, (now) => [...(Array.isArray(now) ? now : []), process.argv[2] + i]);`,
    );
    const codes = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, name], {
        stdio: 'inherit',
      });
      return new Promise((resolve) => child.on('close', resolve));
    });
    expect(await Promise.all(codes)).toEqual([0, 0, 0]);
    const all = (await readStored('settings', path)).value as string[];
    expect(new Set(all).size).toBe(75);
    expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  });
});

describe('a list that was cut off', () => {
  it('is a named problem; what can be read is used, and the old file is kept beside the next one', async () => {
    const home = newHome();
    const first = await open(home);
    for (const i of [1, 2, 3]) await first.door['dataset/import']({ name: `text ${i}.txt`, text: book(i) });
    await first.door['settings/set']({ theme: 'dark' });
    await first.door['session/new']({ name: 'recent' });
    await first.lab.close();
    const lists = [
      join(home.data, 'imported.json'),
      join(home.config, 'settings.json'),
      join(home.config, 'recent.json'),
    ];
    for (const path of lists) truncateSync(path, statSync(path).size - 8);
    const cut = lists.map((path) => readFileSync(path, 'utf8'));

    const again = await open(home);
    await again.door['lab/describe']({});
    expect(again.problems.map((one) => one.code)).toEqual(lists.map(() => 'damaged-file'));
    for (const path of lists) expect(again.problems.some((one) => english(one.message).includes(path))).toBe(true);
    expect(again.lab.datasets.list().filter((entry) => entry.licence === 'your own file')).toHaveLength(2);
    expect(lists.map((path) => readFileSync(path, 'utf8'))).toEqual(cut);

    await again.door['dataset/import']({ name: 'text 4.txt', text: book(4) });
    await again.door['settings/set']({ language: 'en' });
    await again.door['session/new']({ name: 'another' });
    for (const [i, path] of lists.entries()) {
      const folder = dirname(path);
      const kept = readdirSync(folder).filter((name) => join(folder, name).startsWith(`${path}.damaged-`));
      expect(kept).toHaveLength(1);
      expect(readFileSync(join(folder, kept[0] ?? ''), 'utf8')).toBe(cut[i]);
      expect((await readStored('settings', path)).problem).toBeNull();
    }
    expect(again.lab.datasets.list().filter((entry) => entry.licence === 'your own file')).toHaveLength(3);
    await again.lab.close();
  });

  it('that the system does not let be read is never written over', async () => {
    const path = join(outer, 'folder.json');
    mkdirSync(path);
    await expect(changeStored('settings', path, () => [])).rejects.toMatchObject({
      appError: { message: saying(/./) },
    });
    expect(statSync(path).isDirectory()).toBe(true);
    expect(readdirSync(path)).toEqual([]);
  });
});
