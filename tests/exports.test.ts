// Exports through the command line and through the door of a page, of a session that real engines made.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import { exportFormats, exportKinds } from '../src/protocol/export-kinds.ts';
import type { LabHandlers } from '../src/protocol/rpc.ts';
import { tinyRace } from './support/experiments.ts';
import { minrnn } from './support/command-line.ts';
import { scratchFolder } from './support/program.ts';

const home = scratchFolder();
let lab: Lab;
let door: LabHandlers;
beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
  door = handlersOf(lab);
  await lab.newSession('exported', null);
  await lab.start(tinyRace(30));
  await lab.race.idle();
  await lab.keeper.settled();
});
afterAll(async () => {
  delete process.env['MINRNN_HOME'];
  await lab.close();
});

describe('a page', () => {
  it.each(exportFormats)('gets %s as one file of its kind', async (format) => {
    const made = await door['session/export']({ format });
    const { binary, ending } = exportKinds[format];
    expect(made.path).toBeNull();
    expect(made.text === null).toBe(binary);
    expect(made.data !== undefined).toBe(binary);
    const several = exportKinds[format].what === 'weights';
    expect(made.name).toBe(
      several ? `exported-${format}.zip` : `exported${format === 'tensorboard' ? '-tensorboard' : ''}${ending}`,
    );
    if (!several) return;
    const files = unzipSync(Buffer.from(made.data ?? '', 'base64'));
    expect(Object.keys(files)).toEqual([`exported-minGRU${ending}`, `exported-minLSTM${ending}`]);
  });

  it('replaces nothing with a kind that is not known again by its content', async () => {
    const target = join(home, 'sessions', 'table.md');
    const first = await door['session/export']({ format: 'table-md', path: target });
    expect(first.path).toBe(target);
    await expect(door['session/export']({ format: 'table-md', path: target, overwrite: true })).rejects.toMatchObject({
      appError: { code: 'bad-input' },
    });
    await expect(
      door['session/export']({ format: 'table-md', path: join(home, 'sessions', 'table.sh') }),
    ).rejects.toMatchObject({ appError: { code: 'permission' } });
  });
});

describe('the command line', () => {
  it('prints texts, puts bytes beside the session and event files into a folder a run', async () => {
    const from = join(home, 'other.rnnlab');
    await lab.keeper.store.saveCopy(from, true);
    const text = await minrnn('session', 'export', from, '--format', 'table-tex', '--run', 'minLSTM');
    expect(text.out).toMatch(/\\toprule[\s\S]*minLSTM[\s\S]*\\bottomrule/);
    expect(text.out).not.toContain('minGRU');
    await minrnn('session', 'export', from, '--format', 'parquet');
    const bytes = readFileSync(join(home, 'other.parquet'));
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
    expect(new Set(rows.map((row) => row['run_name']))).toEqual(new Set(['minGRU', 'minLSTM']));
    await minrnn('session', 'export', from, '--format', 'tensorboard');
    expect(readdirSync(join(home, 'other-tensorboard')).toSorted()).toEqual(['minGRU', 'minLSTM']);
    const again = await minrnn('session', 'export', from, '--format', 'parquet');
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('already there')]);
    await minrnn('session', 'export', from, '--format', 'tensorboard', '--out', join(home, 'board.zip'));
    expect(Object.keys(unzipSync(readFileSync(join(home, 'board.zip'))))).toHaveLength(2);
    expect(existsSync(join(home, 'other.csv'))).toBe(false);
  });
});
