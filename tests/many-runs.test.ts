// Forty runs: a request to all of them reaches all of them, and no engine is built for a run that is about to be stopped.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import type { LabEvents } from '../src/protocol/lab.ts';
import type { RunState } from '../src/protocol/state.ts';
import type { LabHandlers } from '../src/protocol/rpc.ts';
import { tinyRace } from './support/experiments.ts';
import { alive, eventually, scratchFolder } from './support/program.ts';

const home = scratchFolder();
const forty = tinyRace(1_000_000, {
  variants: Array.from({ length: 40 }, (_, i) => ({ model: 'minGru', fields: { d: 8, layers: 1 }, name: `run ${i}` })),
});
let lab: Lab;
let door: LabHandlers;
let seen: RunState[] = [];

beforeAll(async () => {
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: (name, payload) => {
      if (name === 'runs/changed') seen.push(...(payload as LabEvents['runs/changed']).runs);
    },
  });
  door = handlersOf(lab);
});
afterAll(() => lab.close());

const states = () => lab.keeper.runs().map(({ id }) => lab.keeper.runState(id));
const ids = (): string[] => lab.keeper.runs().map(({ id }) => id);
const pids = (): number[] => ids().flatMap((id) => lab.race.pidOf(id) ?? []);
/** Runs that were under construction at some time since `seen` was emptied. */
const prepared = (): Set<string> => new Set(seen.filter((state) => state.status === 'preparing').map(({ id }) => id));
const withStatus = (status: RunState['status']): RunState[] => states().filter((state) => state.status === status);

/** Forty runs of which some train and most wait for their turn. */
async function someTrain(name: string): Promise<readonly number[]> {
  await door['session/new']({ name });
  await door['race/start']({ spec: forty });
  await eventually('three runs train', () => states().filter((state) => state.step > 0).length >= 3);
  seen = [];
  return pids();
}

describe('forty runs', () => {
  it('stop: no engine is built after the request, what trained is kept, the rest never began', async () => {
    const before = await someTrain('stop');
    const underConstruction = new Set(withStatus('preparing').map(({ id }) => id));
    const stopping = door['race/act']({ runs: [], action: { kind: 'stop' } });
    expect(lab.race.underWay()).toEqual([]);
    await stopping;
    lab.hub.flush();
    expect(pids()).toEqual([]);
    expect(before.filter(alive)).toEqual([]);
    expect(withStatus('stopped')).toHaveLength(40);
    expect(prepared().difference(underConstruction)).toEqual(new Set());
    const trained = states().filter((state) => state.step > 0);
    expect(trained.length).toBeGreaterThanOrEqual(3);
    for (const { step, checkpoints } of trained) expect(checkpoints.map((mark) => mark.step)).toContain(step);
  });

  it('pause and resume: one request each, and only what waited for its turn is built afterwards', async () => {
    await someTrain('pause');
    await door['race/act']({ runs: [], action: { kind: 'pause' } });
    await eventually('all are paused', () => withStatus('paused').length === 40);
    lab.hub.flush();
    // One may have been under construction when the request came; it stays parked.
    const built = new Set(pids());
    expect(prepared().size).toBeLessThan(2);
    await door['race/act']({ runs: [], action: { kind: 'resume' } });
    expect(lab.race.underWay()).toHaveLength(40);
    expect(pids().filter((pid) => built.has(pid))).toHaveLength(built.size);
    // In quick succession: a run that is still finishing its slice continues like the others.
    const pausing = door['race/act']({ runs: [], action: { kind: 'pause' } });
    await Promise.all([pausing, door['race/act']({ runs: [], action: { kind: 'resume' } })]);
    expect(lab.race.underWay()).toHaveLength(40);
  });

  it('delete: no engine is built after the request; one that is not there keeps all the others', async () => {
    const before = await someTrain('delete');
    await expect(door['run/delete']({ runs: [...ids(), 'r-none'] })).rejects.toMatchObject({
      appError: { code: 'not-found' },
    });
    expect(states()).toHaveLength(40);
    seen = [];
    const underConstruction = new Set(withStatus('preparing').map(({ id }) => id));
    const { runs } = await door['run/delete']({ runs: ids() });
    expect(runs).toEqual([]);
    expect(prepared().difference(underConstruction)).toEqual(new Set());
    expect(before.filter(alive)).toEqual([]);
  });

  it('the first that is ready trains while others are still to be prepared', async () => {
    await door['session/new']({ name: 'first' });
    seen = [];
    await door['race/start']({ spec: forty });
    await eventually('a first step', () => states().some((state) => state.step > 0));
    lab.hub.flush();
    expect(states().filter((state) => state.status === 'queued').length).toBeGreaterThanOrEqual(38);
  });
});
