// A disk that fails while whole files are made, copied, moved, replaced or removed: every existing file is either the complete old or the
// complete new one, a file reported as created is complete, and the next start removes all leftovers. Seeds and counts as in
// faults.test.ts.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/engine/core/result.ts';
import { sessionFiles } from '../../src/session/index.ts';
import { scratchFolder } from '../support/program.ts';
import { startLab, type Answer, type LabUnderTest } from '../support/lab-under-test.ts';
import { choicesOf } from '../support/seeded.ts';
import { buildShim, type Operation, type Shim } from './shim.ts';

const rounds = Number(process.env['MINRNN_FAULTS'] ?? 16);
const seed = Number(process.env['MINRNN_FAULT_SEED'] ?? 20261129);
const shims = buildShim();
const home = scratchFolder();
const folder = join(home, 'sessions');
const at = (name: string): string => join(folder, name);

const honest = new Set(['io-error', 'disk-full', 'permission', 'unsaved', 'not-found', 'conflict']);
const calls: readonly Operation[] = ['write', 'sync', 'truncate', 'open', 'unlink', 'rename', 'link', 'read'];

interface Deed {
  readonly what: string;
  readonly ask: (lab: LabUnderTest) => Promise<Answer<unknown>>;
  /** Files that must be complete sessions once the operation has succeeded. */
  readonly made: readonly string[];
}

let made = 0;
const deeds: readonly (() => Deed)[] = [
  () => {
    const path = at(`copy ${++made}.rnnlab`);
    return { what: 'save as', ask: (lab) => lab.ask('session/save-as', { path }), made: [path] };
  },
  () => ({
    what: 'save over another session',
    ask: (lab) => lab.ask('session/save-as', { path: at('other.rnnlab'), overwrite: true }),
    made: [at('other.rnnlab')],
  }),
  () => ({ what: 'duplicate', ask: (lab) => lab.ask('session/duplicate', { path: at('third.rnnlab') }), made: [] }),
  () => ({
    what: 'delete and give back',
    ask: async (lab) => {
      const gone = await lab.ask('session/delete', { path: at('third.rnnlab') });
      return gone.value ? lab.ask('session/undelete', gone.value) : gone;
    },
    made: [at('third.rnnlab')],
  }),
  () => ({ what: 'new', ask: (lab) => lab.ask('session/new', { name: 'fresh' }), made: [] }),
  () => ({
    what: 'export',
    ask: (lab) => lab.ask('session/export', { format: 'csv', path: at('table.csv'), overwrite: true }),
    made: [],
  }),
];

async function noteOf(path: string): Promise<string> {
  expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  const { note } = await store.head();
  await store.close();
  return note;
}

/** Every session is complete and has one of its possible notes; the table is complete too. */
async function allWhole(story: string): Promise<void> {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.rnnlab'))) {
    expect(['main', 'other', 'third', ''], `${story}: ${name}`).toContain(await noteOf(at(name)));
  }
  expect(await noteOf(at('main.rnnlab')), story).toBe('main');
  const table = readFileSync(at('table.csv'), 'utf8');
  expect(table.startsWith('run_id,') && table.endsWith('\n'), story).toBe(true);
}

async function prepare(lab: LabUnderTest): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const note of ['other', 'third', 'main']) {
    const head = { name: note, note, experiment: null, baseline: null };
    const store = unwrap(await sessionFiles.create(at(`${note}.rnnlab`), head));
    await store.close();
  }
  expect((await lab.ask('session/open', { path: at('main.rnnlab') })).error).toBeUndefined();
  expect((await lab.bring('test/add-run', { run: 'a' })).error).toBeUndefined();
  const table = { format: 'csv', path: at('table.csv'), overwrite: true } as const;
  expect((await lab.ask('session/export', table)).error).toBeUndefined();
}

async function tryAll(lab: LabUnderTest, shim: Shim): Promise<void> {
  const choices = choicesOf(seed);
  const seen = new Map<string, number>();
  for (let struckSoFar = 0; struckSoFar < rounds;) {
    const deed = choices.pick(deeds)();
    const call = choices.pick(calls);
    const key = `${deed.what} ${call}`;
    const effect = choices.pick(['EIO', 'ENOSPC', 'EACCES'] as const);
    const first = 1 + choices.below(seen.get(key) ?? 6);
    const plan = { operations: [call], path: folder, effect, first, count: choices.pick([1, 0]) } as const;
    shim.arm(plan);
    const answer = await deed.ask(lab);
    const { seen: fitted, struck } = shim.disarm();
    seen.set(key, Math.max(1, fitted));
    struckSoFar += struck > 0 ? 1 : 0;
    const story = `seed ${seed}: ${deed.what}, ${JSON.stringify(plan)}: ${JSON.stringify(answer.error ?? 'done')}`;
    if (answer.error) expect(honest, story).toContain(answer.error.code);
    else for (const path of deed.made) expect(existsSync(path), story).toBe(true);
    // Restores from the trash what could not be restored before.
    const back = await lab.ask('session/open', { path: at('main.rnnlab') });
    expect(back.error, story).toBeUndefined();
    await allWhole(story);
    if (!existsSync(at('third.rnnlab'))) await restoreThird();
  }
}

async function restoreThird(): Promise<void> {
  const head = { name: 'third', note: 'third', experiment: null, baseline: null };
  await unwrap(await sessionFiles.create(at('third.rnnlab'), head)).close();
}

describe(`a disk that fails under whole files${shims.reason === '' ? '' : ` (skipped: ${shims.reason})`}`, () => {
  it.skipIf(shims.library === null)(
    `leaves each of them whole, old or new, at ${rounds} faults`,
    { timeout: 600_000 + 15_000 * rounds },
    async () => {
      const shim = shims.make();
      const lab = await startLab(home, shim.env);
      await prepare(lab);
      await tryAll(lab, shim);
      await lab.kill();
      const next = await startLab(home);
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.rnnlab'))) {
        expect((await next.ask('session/open', { path: at(name) })).error).toBeUndefined();
      }
      expect((await next.ask('session/close', {})).error).toBeUndefined();
      await next.kill();
      const rubbish = readdirSync(folder).filter((name) => !name.endsWith('.rnnlab') && name !== 'table.csv');
      expect(rubbish).toEqual([]);
    },
  );
});
