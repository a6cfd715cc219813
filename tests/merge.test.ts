// `minrnn session merge`: two races of real engines become one session, of which every run is read, compared and resumed like any other.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab } from '../src/lab/lab.ts';
import { act } from '../src/lab/race/race-actions.ts';
import { unwrap } from '../src/engine/core/result.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder } from './support/program.ts';

const home = scratchFolder();
let lab: Lab;
beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
});
afterAll(async () => {
  delete process.env['MINRNN_HOME'];
  await lab.close();
});

const file = (name: string): string => join(home, `${name}.rnnlab`);

async function raced(name: string, seeds: readonly number[]): Promise<string> {
  writeFileSync(join(home, `${name}.json`), JSON.stringify({ ...tinyRace(6), name, seeds }));
  const ran = await minrnn('race', join(home, `${name}.json`), '--session', file(name));
  expect(ran.code).toBe(0);
  return file(name);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Weights and optimiser of each run at its end, by name, without the times in the head of a checkpoint. */
async function weights(path: string): Promise<ReadonlyMap<string, string>> {
  await lab.session.open(path);
  const read = lab.keeper.runs().map(async ({ id, name }) => {
    const { bytes } = unwrap(await lab.keeper.store.checkpoint(id, 'latest'));
    return [name, sha256(bytes.slice(8 + new DataView(bytes.slice(0, 8).buffer).getUint32(0, true)))] as const;
  });
  const found = new Map(await Promise.all(read));
  await lab.session.close();
  return found;
}

it('makes one session of two, whose seeds are counted together', async () => {
  const paths = [await raced('first', [1, 2]), await raced('second', [3])];
  const before = paths.map((path) => readFileSync(path).toString('base64'));
  const out = file('both');
  const merged = await minrnn('session', 'merge', ...paths, '--session', out);
  expect([merged.code, merged.err]).toEqual([0, '']);
  expect(merged.out).toMatch(/6 runs in .*both\.rnnlab/);
  expect(paths.map((path) => readFileSync(path).toString('base64'))).toEqual(before);
  const shown = await minrnn('session', 'show', out, '--json');
  const { runs, statistics } = JSON.parse(shown.out) as {
    readonly runs: readonly { readonly variant: number; readonly spec: { readonly seed: number } }[];
    readonly statistics: { readonly rows?: unknown };
  };
  const seeds = [...Map.groupBy(runs, ({ variant }) => variant).values()].map((group) =>
    group.map(({ spec }) => spec.seed),
  );
  expect(seeds).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(statistics).toBeDefined();
  const [one, two] = [await weights(paths[0] ?? ''), await weights(out)];
  for (const [name, bytes] of one) expect(two.get(name)).toBe(bytes);
});

it('resumes a run of a merged session bit for bit', async () => {
  const whole = await raced('whole', [7]);
  await lab.session.create('cut', null, file('cut'));
  await lab.start({ ...tinyRace(6), seeds: [7] });
  const ids = lab.keeper.runs().map(({ id }) => id);
  for (const id of ids) lab.race.goal(id, 3);
  await lab.race.idle();
  await act(lab.race, ids, { kind: 'stop' }, lab.catalogue().training);
  expect(lab.keeper.runs().map(({ cursor, intent }) => [cursor.step, intent])).toEqual([
    [3, 'stopped'],
    [3, 'stopped'],
  ]);
  await lab.session.close();
  const out = file('resumed');
  expect((await minrnn('session', 'merge', file('cut'), file('first'), '--session', out)).code).toBe(0);
  const resumed = await minrnn('resume', out);
  expect(resumed.code).toBe(0);
  const [expected, got] = [await weights(whole), await weights(out)];
  for (const [name, bytes] of expected) expect(got.get(name)).toBe(bytes);
});

it('names what two files have in common, refuses what it must, and says what to do', async () => {
  const [first, again] = [file('first'), file('again')];
  const same = await minrnn('session', 'merge', first, again, '--session', file('x'));
  expect([same.code, same.err]).toEqual([2, expect.stringMatching(/must exist.*again/)]);
  writeFileSync(again, readFileSync(first));
  const merged = await minrnn('session', 'merge', first, again, '--session', file('x'));
  expect(merged.out).toMatch(/the same in first\.rnnlab and again\.rnnlab: kept once/);
  const taken = await minrnn('session', 'merge', first, again, '--session', file('x'));
  expect(taken.err).toMatch(/name must be free/);
  const itself = await minrnn('session', 'merge', first, again, '--session', first);
  expect(itself.err).toMatch(/another file than those that are merged/);
  expect(itself.code).not.toBe(0);
});
