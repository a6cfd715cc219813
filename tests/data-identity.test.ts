// A text is identified by its content: a session continues with the text its runs have learned, under any name, and with another one only
// if a person allows it. Two home folders simulate two machines.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../src/engine/core/safetensors.ts';
import { unwrap } from '../src/engine/core/result.ts';
import { Lab } from '../src/lab/lab.ts';
import { act } from '../src/lab/race/race-actions.ts';
import type { RunState } from '../src/protocol/state.ts';
import { minrnn } from './support/command-line.ts';
import { tinyText } from './support/experiments.ts';
import { scratchFolder, writeJson } from './support/program.ts';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const text = 'the quick brown fox jumps over the lazy dog. '.repeat(60);
/** The same letters in another order, so that only the order distinguishes the two. */
const other = [...text].toReversed().join('');
const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');

/** From now on the program runs on this machine, which has these texts. */
async function machine(name: string, texts: Readonly<Record<string, string>>): Promise<void> {
  process.env['MINRNN_HOME'] = at(name);
  mkdirSync(at(`${name}-texts`), { recursive: true });
  for (const [file, content] of Object.entries(texts)) {
    writeFileSync(at(`${name}-texts/${file}`), content);
    expect((await minrnn('data', 'import', at(`${name}-texts/${file}`))).code).toBe(0);
  }
}

const experiment = tinyText({
  variants: [{ model: 'gru', name: 'gru', fields: { d: 4, layers: 1 } }],
  task: { id: 'char-text-v1', fields: { dataset: 'input', length: 8, evalSequences: 8 } },
  budget: { unit: 'steps', amount: 40 },
  training: { batch: 4, evaluateEvery: 10, checkpointEvery: 0.1, evaluateAtStart: false },
  device: { kind: 'cpu', threads: 1, module: 'wasm' },
});

/** A session with a run stopped at step 20 of 40 and its checkpoint in the file. */
async function halfWay(session: string, withData: boolean): Promise<void> {
  const lab = await Lab.open({ onEvent: () => undefined });
  await lab.session.create('half way', experiment, at(session));
  await lab.start({ ...experiment, budget: { unit: 'steps', amount: 1_000_000 } });
  const [run] = lab.keeper.runs();
  await act(lab.race, [run?.id ?? ''], { kind: 'pause' }, lab.catalogue().training);
  await lab.race.idle();
  for (let i = 0; i < 20; i++) {
    await act(lab.race, [run?.id ?? ''], { kind: 'step' }, lab.catalogue().training);
    await lab.race.idle();
  }
  await act(lab.race, [], { kind: 'stop' }, lab.catalogue().training);
  if (withData) await lab.race.texts.putIntoSession();
  await lab.close();
  // The budget is fixed with the run, but a file may come from anywhere.
  const db = new DatabaseSync(at(session));
  db.exec('DROP TRIGGER runs_are_frozen');
  db.exec(`UPDATE runs SET spec = json_set(spec, '$.budget.amount', ${experiment.budget.amount})`);
  db.exec(
    "CREATE TRIGGER runs_are_frozen BEFORE UPDATE OF id, spec ON runs\nBEGIN SELECT RAISE(ABORT, 'the id and the spec of a run never change'); END",
  );
  db.close();
}

async function runsOf(session: string): Promise<readonly RunState[]> {
  const said = await minrnn('session', 'show', session, '--json');
  return (JSON.parse(said.out) as { runs: readonly RunState[] }).runs;
}

/** A fresh copy of a session, as another machine would get it. */
let copies = 0;
const copyOf = (session: string): string => {
  const path = at(`copy-${++copies}.rnnlab`);
  copyFileSync(at(session), path);
  return path;
};

beforeAll(async () => {
  await machine('first', { 'input.txt': text });
  await halfWay('plain.rnnlab', false);
  await halfWay('carrying.rnnlab', true);
});
afterAll(() => delete process.env['MINRNN_HOME']);

describe('a run', () => {
  it('holds what its text is, and so does a run on a text of the catalogue', async () => {
    const [run] = await runsOf(at('plain.rnnlab'));
    expect(run).toMatchObject({ step: 20, status: 'stopped' });
    expect(run?.texts).toEqual([
      {
        step: 0,
        text: {
          name: 'input',
          title: expect.stringMatching(/^input/i),
          sha256: hashOf(text),
          bytes: text.length,
          symbols: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), count: new Set(text).size },
        },
      },
    ]);
    const lab = await Lab.open({ onEvent: () => undefined });
    const book = tinyText().task;
    const judged = await lab.judge({ ...experiment, task: book });
    await lab.session.create('book', null, at('book.rnnlab'));
    const spec = judged.runs[0]?.spec;
    expect(spec && (await lab.race.texts.beginning(spec))).toMatchObject([
      {
        step: 0,
        text: { name: 'moby-dick', sha256: hashOf(String(await lab.datasets.content('moby-dick'))), bytes: 1_220_848 },
      },
    ]);
    await lab.close();
  });
});

describe('on a machine whose text of that name is another one', () => {
  beforeAll(() => machine('second', { 'input.txt': other }));

  it('nothing trains, samples or forks: the refusal says which text it was and which is here', async () => {
    const path = copyOf('plain.rnnlab');
    const contents = async (): Promise<string> => (await minrnn('session', 'export', path, '--format', 'json')).out;
    const before = await contents();
    for (const command of [
      ['resume', path],
      ['resume', path, '--run', 'gru'],
      ['sample', path, '--run', 'gru', '--prompt', 'the'],
    ]) {
      const said = await minrnn(...command);
      expect(said.code, said.err).toBe(2);
      expect(said.err).toMatch(new RegExp(`gru: .*"input".*${hashOf(text)}.*got another.*${hashOf(other)}`));
      expect(said.err).toContain('--other-data');
    }
    expect(await contents()).toBe(before);
    const lab = await Lab.open({ onEvent: () => undefined });
    await lab.session.open(path);
    const [run] = lab.keeper.runs();
    const id = run?.id ?? '';
    for (const action of [
      { kind: 'fork', step: 20 },
      { kind: 'step' },
      { kind: 'learning-rate', value: 0.01 },
      { kind: 'resume' },
    ] as const) {
      await expect(act(lab.race, [id], action, lab.catalogue().training)).rejects.toMatchObject({
        appError: { code: 'conflict', field: 'otherData' },
      });
    }
    expect(lab.keeper.runs()).toHaveLength(1);
    expect(lab.keeper.live(id).status).toBe('stopped');
    await lab.close();
    expect((await runsOf(path))[0]).toMatchObject({ status: 'stopped', step: 20 });
  });

  it('--other-data continues with it, and the run is marked wherever it is shown', async () => {
    const path = copyOf('plain.rnnlab');
    const said = await minrnn('resume', path, '--other-data');
    expect(said.code, said.err).toBe(0);
    expect(said.out).toMatch(/gru \(other data\) +finished/);
    expect(said.out).toContain(`gru: from step 20 on other data, "input" with SHA-256 ${hashOf(other)}`);
    const [run] = await runsOf(path);
    expect(run?.texts?.map((use) => [use.step, use.text?.sha256])).toEqual([
      [0, hashOf(text)],
      [20, hashOf(other)],
    ]);
    const json = JSON.parse((await minrnn('session', 'export', path, '--format', 'json')).out) as {
      runs: readonly { texts: unknown[] }[];
    };
    expect(json.runs[0]?.texts).toHaveLength(2);
    const csv = (await minrnn('session', 'export', path)).out.trim().split('\r\n');
    expect(csv[0]).toMatch(/,value,text_sha256$/);
    const learntAt = (step: number): string | undefined =>
      csv
        .find((line) => line.includes(`,train/loss,${step},`))
        ?.split(',')
        .at(-1);
    expect([learntAt(10), learntAt(30)]).toEqual([hashOf(text), hashOf(other)]);
    await minrnn('session', 'export', path, '--format', 'safetensors', '--run', 'gru', '--out', at('w.safetensors'));
    expect(unwrap(readSafetensors(readFileSync(at('w.safetensors')))).metadata).toMatchObject({
      other_data: 'true',
      text_sha256: hashOf(other),
    });
  });

  it('a sample with other data is made, and marks nothing', async () => {
    const path = copyOf('plain.rnnlab');
    const said = await minrnn('sample', path, '--run', 'gru', '--prompt', 'the', '--length', '5', '--other-data');
    expect(said.code, said.err).toBe(0);
    expect((await runsOf(path))[0]?.texts).toHaveLength(1);
    expect((await minrnn('resume', path)).code).toBe(2);
  });

  it('a session that carries its text goes on with it', async () => {
    const path = copyOf('carrying.rnnlab');
    const said = await minrnn('resume', path);
    expect(said.code, said.err).toBe(0);
    expect(said.out).not.toContain('other data');
    expect((await runsOf(path))[0]?.texts?.map((use) => use.text?.sha256)).toEqual([hashOf(text)]);
  });
});

describe('on a machine that has the text under another name', () => {
  it('continues without a question', async () => {
    await machine('third', { 'renamed.txt': text, 'input.txt': other });
    const path = copyOf('plain.rnnlab');
    const said = await minrnn('resume', path);
    expect(said.code, said.err).toBe(0);
    expect((await runsOf(path))[0]?.texts).toHaveLength(1);
  });
});

describe('on a machine that has no such text', () => {
  beforeAll(() => machine('fourth', {}));

  it('says which content is wanted, also when other data would do', async () => {
    for (const more of [[], ['--other-data']]) {
      const said = await minrnn('resume', copyOf('plain.rnnlab'), ...more);
      expect(said.code).toBe(2);
      expect(said.err).toMatch(new RegExp(`gru: .*"input".*${hashOf(text)}.*must be here`));
    }
  });

  it('takes the text out of a session that carries it, and puts it into one that does not', async () => {
    const listed = await minrnn('session', 'texts', copyOf('carrying.rnnlab'), '--take-out');
    expect(listed.out).toMatch(new RegExp(`gru +0 +input +${hashOf(text)} +yes`));
    expect(listed.out).toContain('Here as "input"');
    const path = copyOf('plain.rnnlab');
    expect((await minrnn('session', 'texts', path)).out).toMatch(/ no$/m);
    expect((await minrnn('session', 'texts', path, '--put-in')).out).toMatch(/ yes$/m);
    await machine('fifth', {});
    expect((await minrnn('resume', path)).code).toBe(0);
    expect((await minrnn('session', 'check', path)).out).toMatch(/texts +1/);
  });

  it('race --with-data makes a session that needs nothing else', async () => {
    await machine('sixth', { 'input.txt': text });
    const file = writeJson(folder, 'carry.json', { ...experiment, budget: { unit: 'steps', amount: 5 } });
    expect((await minrnn('race', file, '--session', at('carry.rnnlab'), '--with-data')).code).toBe(0);
    expect((await minrnn('session', 'texts', at('carry.rnnlab'))).out).toMatch(/ yes$/m);
  });
});

describe('a run of an older session, whose text was not recorded', () => {
  it('goes on with what is here, and says so', async () => {
    await machine('seventh', { 'input.txt': text });
    const path = copyOf('plain.rnnlab');
    const db = new DatabaseSync(path);
    db.exec('UPDATE runs SET texts = NULL');
    db.close();
    expect((await minrnn('session', 'show', path)).out).toContain('gru: its text was not recorded');
    const said = await minrnn('resume', path);
    expect(said.code, said.err).toBe(0);
    expect((await runsOf(path))[0]?.texts?.map((use) => [use.step, use.text?.sha256])).toEqual([
      [0, undefined],
      [20, hashOf(text)],
    ]);
    expect((await minrnn('session', 'show', path)).out).not.toContain('other data');
  });
});
