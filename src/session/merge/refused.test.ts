// What may not be merged is refused in words, and neither a refusal nor a kill leaves anything behind.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';
import { testFolder } from '../testing/folder.ts';
import { plain, seeded, sessionOf, type Given } from '../testing/merging.ts';

const folder = testFolder();
const session = (given: Given): Promise<string> => sessionOf(folder, given);
const bytesIn = (...paths: readonly string[]): readonly string[] =>
  paths.map((path) => readFileSync(path).toString('base64'));

describe('a merge is refused in words, and writes nothing', () => {
  const newer = (path: string): void => {
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version=99');
    db.close();
  };
  const damaged = (path: string): void => {
    const bytes = readFileSync(path);
    bytes.fill(0xa5, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 20_000);
    writeFileSync(path, bytes);
  };
  it.each([
    ['a newer file', newer, 'newer-version'],
    ['a damaged file', damaged, 'damaged-file'],
    ['something else', (path: string) => writeFileSync(path, 'Call me Ishmael.'), 'damaged-file'],
    ['an empty file', (path: string) => writeFileSync(path, ''), 'damaged-file'],
  ])('for %s', async (_, spoil, code) => {
    const good = await session({ runs: [seeded('a', 1)], points: 9000 });
    const bad = await session({ runs: [seeded('b', 2)], points: 9000 });
    spoil(bad);
    const out = folder.file();
    const state = folder.state();
    expect(await sessionFiles.merge([good, bad], out, plain)).toMatchObject({ ok: false, error: { code } });
    expect(folder.state()).toEqual(state);
  });

  it('for a checkpoint whose bytes are not those of its checksum', async () => {
    const [good, bad] = [await session({ runs: [seeded('a', 1)] }), await session({ runs: [seeded('b', 2)] })];
    const db = new DatabaseSync(bad);
    db.exec("UPDATE checkpoints SET data = zeroblob(bytes) WHERE kind = 'best'");
    db.close();
    const out = folder.file();
    const state = folder.state();
    expect(await sessionFiles.merge([good, bad], out, plain)).toMatchObject({ error: { code: 'damaged-file' } });
    expect(folder.state()).toEqual(state);
  });

  it('for a name that is taken, one of the files itself, one file twice, a single file, or no file', async () => {
    const [a, b] = [await session({ runs: [seeded('a', 1)] }), await session({ runs: [seeded('b', 2)] })];
    const state = folder.state();
    const refused = async (paths: readonly string[], out: string): Promise<string> => {
      const merged = await sessionFiles.merge(paths, out, plain);
      return merged.ok ? 'merged' : merged.error.code;
    };
    expect(await refused([a, b], a)).toBe('conflict');
    expect(await refused([a, join(folder.path, '.', basename(a))], folder.file())).toBe('bad-input');
    expect(await refused([a], folder.file())).toBe('bad-input');
    expect(await refused([a, join(folder.path, 'nowhere.rnnlab')], folder.file())).toBe('not-found');
    expect(await refused([a, b], join(folder.path, 'no-folder', 'x.rnnlab'))).toBe('not-found');
    const c = await session({ runs: [seeded('c', 3)] });
    expect(await refused([a, b], c)).toBe('conflict');
    expect(folder.state()).toMatchObject(state);
  });

  it('and one whose process is killed in the middle leaves no half session, and nothing after the next sweep', async () => {
    const files = await Promise.all(
      [1, 2, 3, 4].map((seed) => session({ runs: [seeded(`k${seed}`, seed)], points: 200_000 })),
    );
    const before = bytesIn(...files);
    const child = fileURLToPath(new URL('../testing/merge-child.ts', import.meta.url));
    const out = folder.file();
    const half = (): readonly string[] =>
      readdirSync(folder.path).filter((name) => name.startsWith(`${basename(out)}.new-`));
    const merging = spawn(process.execPath, [child, out, ...files], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => merging.on('close', resolve));
    let over = false;
    void ended.then(() => (over = true));
    while (!over && half().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    merging.kill('SIGKILL');
    await ended;
    // Either it was killed before the file had its name, or it was complete by then.
    if (existsSync(out)) expect(unwrap(await sessionFiles.check(out)).problems).toEqual([]);
    unwrap(await sessionFiles.sweep([folder.path]));
    expect(half()).toEqual([]);
    expect(bytesIn(...files)).toEqual(before);
    if (!existsSync(out)) unwrap(await sessionFiles.merge(files, out, plain));
    expect(unwrap(await sessionFiles.check(out)).problems).toEqual([]);
  });
});
