// Leftovers of killed processes are removed; unfinished files of live processes, and a person's files with such names, stay.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionFiles } from '../index.ts';
import { unwrap } from '../../engine/core/result.ts';
import { testFolder } from '../testing/folder.ts';
import { startHolding } from '../testing/maker.ts';
import { someHead } from '../testing/samples.ts';
import { sweepFolder, sweepParts, temporaryFolder, unfinished } from './index.ts';

const folder = testFolder();
const sweep = async (): Promise<readonly string[]> => unwrap(await sessionFiles.sweep([folder.path]));
const at = (name: string): string => join(folder.path, name);

describe('unfinished copies', () => {
  it('of a process that was killed are removed with their locks, logs and folders; of one that lives they stay', async () => {
    const [dead, alive] = [await startHolding(at('a.rnnlab')), await startHolding(at('b.rnnlab'))];
    expect(await sweep()).not.toEqual(expect.arrayContaining([dead.made]));
    for (const { made, folder: temporary } of [dead, alive])
      expect([made, temporary].map(existsSync)).toEqual([true, true]);
    await dead.kill();
    expect(await sweep()).toEqual(expect.arrayContaining([dead.made, dead.folder]));
    expect([dead.made, `${dead.made}-lock`, dead.folder].map(existsSync)).toEqual([false, false, false]);
    expect([alive.made, alive.folder].map(existsSync)).toEqual([true, true]);
    await alive.kill();
    await sweep();
    expect(readdirSync(folder.path).filter((name) => name.includes('rnnlab'))).toEqual([]);
  });

  it('leave no lock of a session that never came to be; the lock of one that is written stays', async () => {
    writeFileSync(at('never.rnnlab-lock'), '');
    const store = unwrap(await sessionFiles.create(at('written.rnnlab'), someHead));
    expect(await sweep()).toEqual([at('never.rnnlab-lock')]);
    expect([at('never.rnnlab-lock'), at('written.rnnlab-lock')].map(existsSync)).toEqual([false, true]);
    await store.close();
  });

  it('of this process stay while they are made', async () => {
    unfinished(at('own.rnnlab'), 'copy', (made) => {
      writeFileSync(made, '');
      expect(sweepFolder(folder.path)).not.toContain(made);
      expect(existsSync(made)).toBe(true);
    });
    const temporary = temporaryFolder('view');
    await sweep();
    expect(existsSync(temporary.path)).toBe(true);
    temporary.remove();
  });

  it('left by an older program, without a lock, are removed; files of a person are not', async () => {
    const store = unwrap(await sessionFiles.create(at('kept.rnnlab'), someHead));
    await store.close();
    const old = [
      's.rnnlab.copy-0a1b2c3d',
      's.rnnlab.new-0a1b2c3d',
      's.rnnlab.copy-0a1b2c3e-wal',
      's.rnnlab.migrating-ffffffff-journal',
    ];
    const kept = [
      's.rnnlab.copy-2',
      's.copy-final.rnnlab',
      's.rnnlab.v1.backup',
      's.rnnlab-wal.left-0a1b2c3d',
      'note.copy-12345678.txt',
    ];
    for (const name of [...old, ...kept]) writeFileSync(at(name), '');
    const letter = at('s.rnnlab.copy-deadbeef');
    writeFileSync(letter, 'Dear diary');
    mkdirSync(at('s.rnnlab.new-deadbeef'));
    await sweep();
    for (const name of old) expect(existsSync(at(name)), name).toBe(false);
    for (const name of [...kept, 'kept.rnnlab']) expect(existsSync(at(name)), name).toBe(true);
    expect([letter, at('s.rnnlab.new-deadbeef')].map(existsSync)).toEqual([true, true]);
  });

  it('that cannot be removed, or in a folder that is not there, are no failure', async () => {
    expect(unwrap(await sessionFiles.sweep([at('nowhere'), at('kept.rnnlab')]))).toEqual([]);
  });
});

describe('parts of small files', () => {
  it('go when their writer on this machine is dead, and only then', async () => {
    const holding = await startHolding(at('c.rnnlab'));
    const part = (maker: string): string => at(`settings.json.${maker}0a1b2c3d.part`);
    const { pid } = holding;
    writeFileSync(part(`${pid}-`), '');
    writeFileSync(at('download.zip.part'), '');
    writeFileSync(part(`00000000-${pid}-`), '');
    sweepParts(folder.path);
    expect(existsSync(part(`${pid}-`))).toBe(true);
    await holding.kill();
    expect(sweepParts(folder.path)).toEqual([part(`${pid}-`)]);
    expect([at('download.zip.part'), part(`00000000-${pid}-`)].map(existsSync)).toEqual([true, true]);
  });
});
