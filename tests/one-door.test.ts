// Replacing and removing session files, from outside: either the old or the new results exist, and a race whose file is gone reports it and
// loses nothing.
import { createHash } from 'node:crypto';
import { existsSync, linkSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCurves } from './support/curves.ts';
import { tinyRace } from './support/experiments.ts';
import { run, scratchFolder, start, writeJson, type Running } from './support/program.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, name);
const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const beside = (path: string): readonly string[] =>
  readdirSync(home).filter((name) => join(home, name).startsWith(path) && join(home, name) !== path);

const short = writeJson(home, 'short.json', tinyRace(20));
/** Hours of training. */
const long = writeJson(home, 'long.json', tinyRace(50_000_000));

async function racing(session: string): Promise<Running> {
  const running = start(['race', long, '--session', session, '--json'], home);
  await running.until(/"status":"running","step":[1-9]/);
  return running;
}

async function finished(name: string): Promise<string> {
  const session = at(name);
  expect((await run(['race', short, '--session', session], home)).code).toBe(0);
  return session;
}

describe('race --overwrite', () => {
  it('is refused for a session that is being written, which goes on untouched', async () => {
    const session = at('live.rnnlab');
    const live = await racing(session);
    const refused = await run(['race', short, '--session', session, '--overwrite'], home);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(session) });
    linkSync(session, at('link.rnnlab'));
    expect((await run(['race', short, '--session', at('link.rnnlab'), '--overwrite'], home)).code).toBe(2);
    expect((await run(['resume', at('link.rnnlab')], home)).code).toBe(2);
    live.child.kill('SIGINT');
    const ended = await live.finished;
    expect(ended.code).toBe(130);
    expect(ended.lines().at(-1)).toMatchObject({ type: 'end', saved: 'saved' });
    expect((await run(['session', 'check', session], home)).code).toBe(0);
    const told = ended.lines().filter((line) => line['type'] === 'result');
    for (const { name, step } of await readCurves(session))
      expect([name, step]).toEqual([name, told.find((line) => line['name'] === name)?.['step']]);
  });

  it('takes the place of old results once it has begun, and leaves nothing beside them', async () => {
    const session = await finished('old.rnnlab');
    const other = writeJson(home, 'other.json', tinyRace(40));
    expect((await run(['race', other, '--session', session, '--overwrite'], home)).code).toBe(0);
    const shown = JSON.parse((await run(['session', 'show', session, '--json'], home)).out) as {
      runs: { step: number; status: string }[];
    };
    expect(shown.runs.map((one) => [one.status, one.step])).toEqual([
      ['finished', 40],
      ['finished', 40],
    ]);
    expect((await run(['session', 'check', session], home)).code).toBe(0);
    expect(beside(session)).toEqual([]);
  });

  it('keeps the old results when the new race cannot begin', { skip: process.platform !== 'linux' }, async () => {
    const session = await finished('kept.rnnlab');
    const before = digest(session);
    const absent = writeJson(home, 'absent.json', tinyRace(20, { device: { kind: 'webgpu', threads: 1 } }));
    const noDriver = { VK_ICD_FILENAMES: at('none.json'), VK_DRIVER_FILES: at('none.json') };
    const failed = await run(['race', absent, '--session', session, '--overwrite'], home, noDriver);
    expect(failed.code).not.toBe(0);
    expect(failed.err).toContain(`${session} is as it was`);
    expect(digest(session)).toBe(before);
    expect(beside(session)).toEqual([]);
  });

  it('is refused for what is no session: the experiment itself, a text, a folder', async () => {
    const before = digest(short);
    for (const path of [short, home, writeJson(home, 'notes.txt', 'notes')]) {
      const refused = await run(['race', short, '--session', path, '--overwrite'], home);
      expect([path, refused.code]).toEqual([path, 2]);
    }
    expect(digest(short)).toBe(before);
  });
});

describe('an export', () => {
  it('never takes the place of a session or of the experiment', async () => {
    const session = await finished('exported.rnnlab');
    linkSync(session, at('second-name.csv'));
    const others = { csv: session, json: short, safetensors: at('second-name.csv') };
    for (const [format, target] of Object.entries(others)) {
      const before = digest(target);
      const into = ['--format', format, '--run', 'minGRU', '--out', target, '--overwrite'];
      const refused = await run(['session', 'export', session, ...into], home);
      expect([target, refused.code]).toEqual([target, 2]);
      expect(digest(target)).toBe(before);
    }
    const csv = at('curves.csv');
    expect((await run(['session', 'export', session, '--out', csv], home)).code).toBe(0);
    expect((await run(['session', 'export', session, '--out', csv], home)).code).toBe(2);
    expect((await run(['session', 'export', session, '--out', csv, '--overwrite'], home)).code).toBe(0);
  });
});

describe('a race whose file is taken away', () => {
  const takers: Readonly<Record<string, (path: string) => void>> = {
    removed: (path) => rmSync(path),
    moved: (path) => renameSync(path, `${path}.moved`),
  };
  for (const [what, take] of Object.entries(takers)) {
    it(`and ${what} says so, ends, and has written everything to a new place`, async () => {
      const session = at(`${what}.rnnlab`);
      const live = await racing(session);
      take(session);
      const ended = await live.finished;
      expect(ended.code).toBe(1);
      expect(ended.err).toContain(session);
      const end = ended.lines().at(-1) as { session: string; saved: unknown };
      expect(end.session).not.toBe(session);
      expect(existsSync(session)).toBe(false);
      expect((await run(['session', 'check', end.session], home)).code).toBe(0);
      const told = ended.lines().filter((line) => line['type'] === 'result');
      const curves = await readCurves(end.session);
      expect(curves.map(({ name, step }) => [name, step])).toEqual(told.map((line) => [line['name'], line['step']]));
    });
  }
});
