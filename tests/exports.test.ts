// Exports through the command line and through a page's connection, of a session made by real engines.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import { exportFormats, exportKinds } from '../src/protocol/export-kinds.ts';
import type { ExportReply } from '../src/protocol/state.ts';
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
  await lab.session.create('exported', null);
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
    const { what } = exportKinds[format];
    const several = what === 'weights' || what === 'pictures';
    expect(made.name).toBe(
      several ? `exported-${format}.zip` : `exported${format === 'tensorboard' ? '-tensorboard' : ''}${ending}`,
    );
    if (!several) return;
    const files = unzipSync(Buffer.from(made.data ?? '', 'base64'));
    if (what === 'pictures') return expect(Object.keys(files)).toContain('exported-validation-loss.svg');
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

describe('sessions that are not open', () => {
  it('give what they would give open, several as an archive with a folder each, and stay as they are', async () => {
    const copies = ['first', 'second'].map((name) => join(home, 'sessions', `${name}.rnnlab`));
    for (const copy of copies) await lab.keeper.store.saveCopy(copy, true);
    const [first = ''] = copies;
    const before = readFileSync(first);
    for (const format of exportFormats.filter((kind) => kind !== 'html')) {
      const closed = await door['session/export-several']({ paths: [first], formats: [format] });
      const open = await door['session/export']({ format });
      expect({ ...closed, data: entriesOf(closed) }).toEqual({ ...open, data: entriesOf(open) });
    }
    const paths = [lab.keeper.path, ...copies];
    const all = await door['session/export-several']({ paths, formats: exportFormats });
    const files = unzipSync(Buffer.from(all.data ?? '', 'base64'));
    const folders = [...new Set(Object.keys(files).map((name) => name.split('/')[0] ?? ''))];
    expect(folders).toHaveLength(3);
    const table = await door['session/export']({ format: 'table-csv' });
    for (const folder of folders) {
      expect(strFromU8(files[`${folder}/runs.csv`] ?? new Uint8Array())).toBe(table.text);
      for (const name of ['curves.csv', 'session.json', 'report.html', 'onnx/minGRU.onnx', 'torch/minLSTM.safetensors'])
        expect(files[`${folder}/${name}`]?.length, `${folder}/${name}`).toBeGreaterThan(100);
    }
    expect(readFileSync(first)).toEqual(before);
    expect(lab.keeper.path).toBe(paths[0]);
  });

  it('are refused where a page has no business, and when they are not there', async () => {
    const ask = (path: string) => door['session/export-several']({ paths: [path], formats: ['csv'] });
    await expect(ask('/etc/passwd')).rejects.toMatchObject({ appError: { code: 'permission' } });
    await expect(ask(join(home, 'sessions', 'none.rnnlab'))).rejects.toMatchObject({ appError: { code: 'not-found' } });
  });
});

/** Archives contain timestamps, so their contents are compared. */
function entriesOf({ name = '', data }: ExportReply): unknown {
  return name.endsWith('.zip') ? unzipSync(Buffer.from(data ?? '', 'base64')) : data;
}

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

  it('makes a report with pictures of the race, drawn without a browser', async () => {
    const from = join(home, 'pictured.rnnlab');
    await lab.keeper.store.saveCopy(from, true);
    const { out } = await minrnn('session', 'export', from, '--format', 'html');
    const all = [...out.matchAll(/<img alt="([^"]*)" src="data:image\/svg\+xml;base64,([^"]*)">/g)];
    expect(all.map(([, alt]) => alt)).toEqual(expect.arrayContaining(['Validation loss', 'Memory', 'Time account']));
    for (const [, , data = ''] of all) {
      const svg = Buffer.from(data, 'base64').toString('utf8');
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>$/s);
      for (const words of ['minGRU', 'minLSTM', 'session “exported”']) expect(svg).toContain(words);
    }
  });
});
