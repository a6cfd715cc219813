// Save as while engines train: the session continues in the copy, with every announced point and no gap.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import type { LabEvents } from '../src/protocol/lab.ts';
import type { LabHandlers } from '../src/protocol/rpc.ts';
import { readCurves } from './support/curves.ts';
import { tinyRace } from './support/experiments.ts';
import { eventually, scratchFolder } from './support/program.ts';
import { saying } from './support/saying.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, 'sessions', `${name}.rnnlab`);
const told = new Map<string, Set<number>>();
const problems: unknown[] = [];
let lab: Lab;
let door: LabHandlers;

beforeAll(async () => {
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: (name, payload) => {
      if (name === 'problem') problems.push(payload);
      if (name !== 'metrics/appended') return;
      const { run, columns } = payload as LabEvents['metrics/appended'];
      const steps = told.get(run) ?? new Set();
      told.set(run, steps);
      for (const column of columns.filter(({ metric }) => metric === 'train/loss'))
        column.step.forEach((s) => steps.add(s));
    },
  });
  door = handlersOf(lab);
});
afterAll(() => lab.close());

const endless = tinyRace(10_000_000, { mode: 'parallel', device: { kind: 'cpu', threads: 1, module: 'wasm' } });
const stepOf = (id: string): number => lab.keeper.run(id).cursor.step;
const further = (): Promise<unknown> => {
  const from = lab.keeper.runs().map((run) => [run.id, stepOf(run.id)] as const);
  return eventually('every run goes on', () => from.every(([id, step]) => stepOf(id) > step));
};

/** Every point once, none missing between the first and the last, and all reported points. */
async function expectComplete(path: string): Promise<void> {
  const ids = lab.keeper.runs().map((run) => run.id);
  const curves = await readCurves(path);
  expect(curves).toHaveLength(ids.length);
  curves.forEach(({ points, step }, i) => {
    const steps = points['train/loss']?.step ?? [];
    const first = steps[0] ?? 0;
    expect(steps).toEqual(steps.map((_, k) => first + k));
    expect(steps.at(-1)).toBeGreaterThanOrEqual(step - 1);
    const missing = [...(told.get(ids[i] ?? '') ?? [])].filter((one) => one < first || one > (steps.at(-1) ?? -1));
    expect(missing).toEqual([]);
  });
}

describe('save as while runs train', () => {
  it('again and again, three at once, with runs, notes and forks between and a close behind', async () => {
    await door['session/new']({ name: 'first' });
    await door['race/start']({ spec: endless });
    await eventually('both train', () => lab.keeper.runs().every((run) => stepOf(run.id) > 20));
    const left: string[] = [];
    for (const name of ['a', 'b']) {
      left.push(lab.keeper.path);
      expect(await door['session/save-as']({ path: at(name) })).toMatchObject({ path: at(name), readOnly: false });
      await further();
    }
    const [first] = lab.keeper.runs();
    if (!first) throw new Error('a run is expected');
    await eventually('a checkpoint', () => lab.keeper.live(first.id).checkpoints.length > 0);
    // A checkpoint that the run never replaces, so that a fork is always possible.
    const kept = { ...unwrap(await lab.keeper.store.checkpoint(first.id, 'latest')), kind: 'kept' as const };
    lab.keeper.records.checkpoint(first.id, kept);
    const { step } = kept.cursor;
    left.push(lab.keeper.path, at('c'), at('d'));
    const asked = [
      ...['c', 'd', 'e'].map((name) => door['session/save-as']({ path: at(name) })),
      door['race/start']({ spec: { ...endless, variants: endless.variants.slice(0, 1) } }),
      door['session/edit']({ note: 'written meanwhile', baseline: first.id }),
      door['session/rename']({ name: 'renamed meanwhile' }),
      door['session/duplicate']({ path: lab.keeper.path }),
      door['race/act']({ runs: [first.id], action: { kind: 'fork', step } }),
    ];
    await Promise.all(asked);
    expect(lab.keeper.path).toBe(at('e'));
    await eventually('the new ones train', () => lab.keeper.runs().every((run) => stepOf(run.id) > 0));
    await further();
    await door['race/act']({ runs: [], action: { kind: 'stop' } });
    expect(lab.session.current()).toMatchObject({
      saved: 'saved',
      note: 'written meanwhile',
      name: 'renamed meanwhile',
      baseline: first.id,
    });
    await expectComplete(at('e'));
    expect(problems).toEqual([]);
    const closed = Promise.all([door['session/save-as']({ path: at('f') }), door['session/close']({})]);
    await closed;
    expect(existsSync(at('f'))).toBe(true);
    expect(readdirSync(join(home, 'sessions')).filter((name) => !name.endsWith('.rnnlab'))).toEqual([]);
    expect(await door['session/open']({ path: at('f') })).toMatchObject({ readOnly: false, note: 'written meanwhile' });
    for (const path of left)
      expect(await door['session/open']({ path })).toMatchObject({ readOnly: false, saved: 'saved' });
  });

  it('is refused in words where there can be no copy, and the race goes on where it was', async () => {
    const { path } = await door['session/new']({ name: 'stays' });
    await door['race/start']({ spec: endless });
    await eventually('both train', () => lab.keeper.runs().every((run) => stepOf(run.id) > 20));
    for (const target of [at('a'), join(home, 'nowhere', 'x.rnnlab'), home])
      await expect(door['session/save-as']({ path: target })).rejects.toMatchObject({
        appError: { message: saying(/./) },
      });
    await further();
    expect(lab.session.current()).toMatchObject({ path, saved: expect.any(String), readOnly: false });
    await door['race/act']({ runs: [], action: { kind: 'stop' } });
    await expectComplete(path);
  });
});
