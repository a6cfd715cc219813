// The scaling measurement on a real lab and real engine processes: it and a race exclude each other, results are kept, and points that
// cannot be measured have a reason.
import { english } from '../../engine/core/say.ts';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyRace, endless } from '../../../e2e/support/specs.ts';
import type { ScalingResult, ScalingSpec } from '../../engine/spec/scaling.ts';
import { isDisturbed } from '../../engine/spec/scaling-analysis.ts';
import type { FromEngine } from '../../protocol/engine.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { startEngine, type EngineLink } from '../engines/engine-link.ts';
import { handlersOf } from '../handlers/index.ts';
import { Lab } from '../lab.ts';
import type { Longest } from './forecast.ts';
import { Scaling } from './scaling.ts';
import { suggestedSpec } from './spec.ts';
import { ScalingStore } from './store.ts';
import { saying } from '../../../tests/support/saying.ts';

const spec: ScalingSpec = {
  ...suggestedSpec,
  from: 16,
  to: 32,
  width: 8,
  batch: 2,
  series: [
    { model: 'gru', implementation: 'fused' },
    { model: 'minGru', implementation: 'fused' },
  ],
  device: { kind: 'cpu', threads: 1, module: 'wasm' },
  warmUp: 1,
  repeats: 3,
};
const many = { ...spec, from: 16, to: 4096, repeats: 500 };
const conflict = { appError: { code: 'conflict' } };
const generous: Longest = { step: 60, compile: 60 };

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
let folder: string;
let lab: Lab;
let door: LabHandlers;
let changes: ScalingResult[];

async function openLab(): Promise<void> {
  changes = [];
  const home = { config: folder, sessions: join(folder, 'sessions'), data: join(folder, 'data') };
  lab = await Lab.open({
    home,
    onEvent: (name, payload) => name === 'scaling/changed' && changes.push(payload as ScalingResult),
  });
  door = handlersOf(lab);
}
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minrnn-scaling-'));
  folders.push(folder);
  await openLab();
});
afterEach(() => lab.close());

/** Reported seconds of a step. */
type Clock = (step: number) => number;

/** A real engine whose reported step times come from a simulated clock, so that the test can choose the disturbance. */
function withClock(engine: EngineLink, clock: Clock): EngineLink {
  let active = 0;
  const told = (message: FromEngine): FromEngine => {
    if (message.type !== 'slice') return message;
    active += clock(message.cursor.step);
    return { ...message, cursor: { ...message.cursor, activeSeconds: active } };
  };
  return { ...engine, onMessage: (listener) => engine.onMessage((message) => listener(told(message))) };
}

interface Changed {
  readonly longest?: Longest;
  /** Times for the first, second, ... engine. */
  readonly clock?: (count: number) => Clock;
  readonly started?: (engine: EngineLink, count: number) => unknown;
}

/** The lab's measurement with other limits, and with engines that the test controls. */
async function measured({ longest = generous, clock = () => () => 0.01, started }: Changed) {
  const store = new ScalingStore(join(folder, 'own'));
  const failures: unknown[] = [];
  let engines = 0;
  const scaling = new Scaling({
    store,
    judge: (experiment) => lab.judge(experiment),
    startEngine: (options) => {
      engines += 1;
      const engine = withClock(startEngine(options), clock(engines));
      started?.(engine, engines);
      return engine;
    },
    version: 'test',
    commit: null,
    busy: () => false,
    needFree: () => undefined,
    changed: () => undefined,
    failed: (error) => failures.push(error),
    longest,
  });
  await scaling.start(spec);
  await scaling.done();
  expect(failures).toEqual([]);
  expect(existsSync(join(folder, 'own', 'scaling'))).toBe(true);
  return (await scaling.latest())?.points ?? [];
}

describe('a scaling measurement and a race', () => {
  it('refuse each other: the machine is timed for one of them', async () => {
    await door['session/new']({ name: 'race' });
    await door['scaling/start']({ spec: many });
    await expect(door['race/start']({ spec: tinyRace() })).rejects.toMatchObject(conflict);
    await expect(door['scaling/start']({ spec })).rejects.toMatchObject(conflict);
    await door['scaling/stop']({});
    await door['race/start']({ spec: tinyRace({ steps: endless }) });
    await expect(door['scaling/start']({ spec })).rejects.toMatchObject({
      appError: { code: 'conflict', cure: saying('Pause') },
    });
  });
});

describe('what was measured', () => {
  it('is kept when it is stopped in the middle, and shown after a restart', async () => {
    await door['scaling/start']({ spec: many });
    await until(() => (changes.at(-1)?.points.length ?? 0) >= 2);
    const stopped = await door['scaling/stop']({});
    expect(stopped).toMatchObject({ state: 'stopped', planned: 18 });
    expect(stopped?.points.length).toBeGreaterThanOrEqual(2);
    expect(stopped?.points.every(({ outcome }) => outcome === 'measured')).toBe(true);
    await lab.close();
    await openLab();
    expect((await door['scaling/latest']({})).result).toEqual(stopped);
  });

  it('has every point, each with time, memory and the loss that implementations share', async () => {
    await door['scaling/start']({ spec });
    await lab.scaling.done();
    const { result } = await door['scaling/latest']({});
    expect(result).toMatchObject({ state: 'finished', environment: { device: 'cpu', threads: 1 } });
    expect(result?.environment?.module).toContain('wasm');
    expect(result?.points.map(({ at, series }) => [at, series])).toEqual([
      [16, 0],
      [16, 1],
      [32, 0],
      [32, 1],
    ]);
    for (const point of result?.points ?? []) {
      expect(point.stepSeconds?.q1).toBeLessThanOrEqual(point.stepSeconds?.q3 ?? 0);
      expect(point.memory?.total).toBeGreaterThan(0);
      expect(point.loss).toBeGreaterThan(0);
    }
    expect(readdirSync(join(folder, 'scaling'))).toEqual([`${result?.id}.json`]);
  });
});

describe('what cannot be measured', () => {
  it('does not fit: refused by the plan, with the bytes that are missing, and nothing is started', async () => {
    const huge = { ...spec, from: 65_536, to: 65_536, width: 8192, batch: 4096, series: spec.series.slice(1) };
    await door['scaling/start']({ spec: huge });
    await lab.scaling.done();
    const [point] = (await door['scaling/latest']({})).result?.points ?? [];
    expect(point).toMatchObject({ outcome: 'did-not-fit', stepSeconds: null, peakBytes: null });
    expect(point?.reason).toEqual(saying(/[\d,]+ MiB of memory are needed; [\d,]+ MiB are free\./));
  });

  it('is too slow: given up once, then left out with the forecast', async () => {
    const points = await measured({ longest: { step: 1e-7, compile: 60 } });
    expect(points.map(({ outcome }) => outcome)).toEqual(Array(4).fill('too-slow'));
    expect(points.every(({ reason }) => reason !== null && english(reason).length > 10)).toBe(true);
    expect(points.every(({ stepSeconds }) => stepSeconds === null)).toBe(true);
  });

  it('lost its engine: that point failed and says so, the others are measured', async () => {
    const points = await measured({
      started: (engine, count) => count === 2 && engine.pid !== undefined && process.kill(engine.pid, 'SIGKILL'),
    });
    expect(points.map(({ outcome }) => outcome)).toEqual(['measured', 'failed', 'measured', 'measured']);
    expect(points[1]?.reason).toEqual(saying('SIGKILL'));
    expect(points[1]?.stepSeconds).toBeNull();
  });
});

describe('a disturbed point', () => {
  const restless: Clock = (step) => (step % 2 === 0 ? 0.001 : 0.004);
  const steady: Clock = () => 0.005;

  it('is measured once more and the calmer measurement counts, though it is slower; the others are measured once', async () => {
    let engines = 0;
    const points = await measured({
      clock: (count) => (count === 2 ? restless : steady),
      started: () => (engines += 1),
    });
    expect(engines).toBe(5);
    expect(points.map(({ stepSeconds }) => stepSeconds?.median)).toEqual(Array(4).fill(expect.closeTo(0.005, 9)));
    expect(points.map(({ setAside }) => setAside === undefined)).toEqual([true, false, true, true]);
    expect(points[1]?.setAside?.q3).toBeGreaterThan(1.5 * (points[1]?.setAside?.q1 ?? Infinity));
  });

  it('stays disturbed when the second measurement is no better, and is not measured a third time', async () => {
    let engines = 0;
    const points = await measured({
      clock: (count) => (count <= 2 ? restless : steady),
      started: () => (engines += 1),
    });
    expect(engines).toBe(5);
    expect(points.map((point) => [isDisturbed(point), point.setAside !== undefined])).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [false, false],
    ]);
  });
});
