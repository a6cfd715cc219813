// Names as long as the file system takes: names of temporary files next to such a file are shortened, and nothing is refused.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { english } from '../../engine/core/say.ts';
import { longestFileName } from '../../protocol/file-name.ts';
import { sessionFiles } from '../index.ts';
import { testFolder } from '../testing/folder.ts';
import { someHead } from '../testing/samples.ts';
import { beside } from './names.ts';
import { writeWhole } from './whole.ts';

const folder = testFolder();
/** The longest name that leaves space for `-journal`. */
const longName = (ending: string): string => {
  const room = longestFileName - '-journal'.length - ending.length;
  return '长'.repeat(Math.floor(room / 3)) + 'x'.repeat(room % 3) + ending;
};

it('a session with the longest name is made, written, copied and closed', async () => {
  const path = join(folder.path, longName('.rnnlab'));
  const store = unwrap(await sessionFiles.create(path, someHead));
  await store.edit({ note: 'long' });
  unwrap(await store.saveCopy(join(folder.path, `copy ${longName('.rnnlab').slice(5)}`), false));
  await store.close();
  expect(unwrap(await sessionFiles.describe(path)).note).toBe('long');
  expect(readdirSync(folder.path).filter((name) => !name.endsWith('.rnnlab'))).toEqual([]);
});

it('a longer name is refused with how long it may be, and nothing is left behind', async () => {
  const path = join(folder.path, `x${longName('.rnnlab')}`);
  const made = await sessionFiles.create(path, someHead);
  expect(made).toMatchObject({ ok: false, error: { code: 'bad-input' } });
  expect(made.ok ? '' : english(made.error.message)).toBe(
    'session: a file name may have up to 247 bytes, including its extension',
  );
  expect(readdirSync(folder.path).filter((name) => name.startsWith('x'))).toEqual([]);
});

it('a small file with the longest name is written whole', async () => {
  const path = join(folder.path, longName('.json'));
  await writeWhole(path, 'whole');
  expect(readFileSync(path, 'utf8')).toBe('whole');
});

it('a name that leaves room is not cut', () => {
  expect(beside('/a/b.rnnlab', '.copy-12345678')).toBe('/a/b.rnnlab.copy-12345678');
  const cut = basename(beside(join('/a', '长'.repeat(85)), '.copy-12345678'));
  expect(cut).toMatch(/^长+\.copy-12345678$/);
  expect(Buffer.byteLength(`${cut}-journal`)).toBeLessThanOrEqual(longestFileName);
});
