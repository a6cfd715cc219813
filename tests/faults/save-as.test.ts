// Save as with a failing disk or a kill at every system call: afterwards the session is the old file or the copy, complete and writable,
// with all accepted changes; an unfinished copy is removed at the next start.
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/engine/core/result.ts';
import { sessionFiles } from '../../src/session/index.ts';
import { scratchFolder } from '../support/program.ts';
import { startLab, type LabUnderTest } from '../support/lab-under-test.ts';
import { buildShim, type Effect, type Operation, type Shim } from './shim.ts';

const shims = buildShim();
const home = scratchFolder();
const effects: readonly Effect[] = ['EIO', 'ENOSPC', 'EACCES'];
const kinds: readonly Operation[] = ['open', 'write', 'sync', 'link', 'rename', 'unlink', 'truncate'];
const stepsPerRound = 100;

/** The current content of the session. */
interface Told {
  path: string;
  points: number;
  note: number;
}

class Bench {
  readonly folder: string;
  readonly #shim: Shim;
  readonly told: Told;
  /** Files the session was before. */
  readonly #left: string[] = [];
  #lab: LabUnderTest | null = null;
  #targets = 0;

  constructor(shim: Shim, folder: string) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.#shim = shim;
    this.told = { path: join(folder, 'first.rnnlab'), points: 0, note: 0 };
  }

  async begin(): Promise<void> {
    const head = { name: 'day', note: '0', experiment: null, baseline: null };
    await unwrap(await sessionFiles.create(this.told.path, head)).close();
    await this.start();
    expect((await this.lab.bring('test/add-run', { run: 'a' })).error).toBeUndefined();
  }

  get lab(): LabUnderTest {
    if (this.#lab === null) throw new Error('the lab must be started first');
    return this.#lab;
  }

  async start(): Promise<void> {
    this.#lab = await startLab(home, this.#shim.env);
    const opened = await this.lab.ask('session/open', { path: this.told.path });
    expect(opened).toMatchObject({ value: { saved: 'saved', readOnly: false } });
  }

  async add(): Promise<void> {
    const { points } = this.told;
    const brought = await this.lab.bring('test/points', { run: 'a', from: points, to: points + stepsPerRound });
    expect(brought.error).toBeUndefined();
    this.told.points += stepsPerRound;
    const edited = await this.lab.ask('session/edit', { note: String(++this.told.note) });
    expect(edited).toMatchObject({ value: { saved: 'saved', path: this.told.path } });
  }

  /** One save as with the nth call of a kind failing, and all after it; true when there was such a call. */
  async strike(kind: Operation, first: number, effect: Effect, where: 'old' | 'copy'): Promise<boolean> {
    const target = join(this.folder, `t${++this.#targets}x.rnnlab`);
    const path = where === 'copy' ? basename(target) : basename(this.told.path);
    this.#shim.arm({ operations: [kind], path, effect, first, count: effect === 'kill' ? 1 : 0 });
    const saved = await this.lab.ask('session/save-as', { path: target });
    const { struck } = this.#shim.disarm();
    const story = `${kind} ${first} ${effect} ${where}: ${JSON.stringify(saved.error ?? 'saved')}`;
    if (saved.error?.code === 'engine-died') await this.#afterKill(target, story);
    else {
      const state = await this.lab.ask('session/current', {});
      if (saved.error === undefined) {
        this.#left.push(this.told.path);
        this.told.path = target;
      }
      expect(state.value, story).toMatchObject({ path: this.told.path, readOnly: false });
      if (saved.error) expect(['bug', 'damaged-file', 'unsupported'], story).not.toContain(saved.error.code);
    }
    await this.add();
    return struck > 0;
  }

  async #afterKill(target: string, story: string): Promise<void> {
    await this.lab.ended;
    await this.start();
    const there = await sessionFiles.check(target);
    if (there.ok) expect(there.value.problems, story).toEqual([]);
    else expect(there.error.code, story).toBe('not-found');
    expect(this.rubbish(), story).toEqual([]);
  }

  rubbish(): readonly string[] {
    return readdirSync(this.folder).filter((name) => /\.(copy|new)-/.test(name));
  }

  async end(): Promise<void> {
    expect(await this.lab.ask('session/close', {})).toEqual(expect.not.objectContaining({ error: expect.anything() }));
    await this.lab.kill();
    const { path, points, note } = this.told;
    for (const file of [path, ...this.#left]) expect(unwrap(await sessionFiles.check(file)).problems, file).toEqual([]);
    const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
    expect((await store.head()).note).toBe(String(note));
    const query = { runs: ['a'], metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
    const [window] = await store.series(query);
    expect(window?.step).toEqual(Array.from({ length: points }, (_, i) => i));
    await store.close();
  }
}

async function strikeAll(bench: Bench, where: 'old' | 'copy', effectOf: (n: number) => Effect): Promise<number> {
  let struck = 0;
  for (const kind of kinds) {
    let first = 1;
    while (first <= 12 && (await bench.strike(kind, first, effectOf(first), where))) first += 1;
    struck += first - 1;
  }
  return struck;
}

describe(`save as${shims.reason === '' ? '' : ` (skipped: ${shims.reason})`}`, () => {
  const law = it.skipIf(shims.library === null);

  law('on a disk that fails at any of its calls leaves a session that goes on', async () => {
    const bench = new Bench(shims.make(), join(home, 'sessions', 'errors'));
    await bench.begin();
    expect(await strikeAll(bench, 'copy', (n) => effects[n % effects.length] ?? 'EIO')).toBeGreaterThan(10);
    await strikeAll(bench, 'old', (n) => effects[n % effects.length] ?? 'EIO');
    await bench.end();
  });

  law('killed at any of its calls leaves the old file, and the copy whole or not there', async () => {
    const bench = new Bench(shims.make(), join(home, 'sessions', 'kills'));
    await bench.begin();
    let killed = 0;
    for (const kind of ['sync', 'link', 'unlink', 'open'] as const)
      for (let first = 1; first <= 2; first++) killed += Number(await bench.strike(kind, first, 'kill', 'copy'));
    expect(killed).toBeGreaterThan(4);
    await bench.end();
  });
});
