// Where the seconds of a run go: each into exactly one part, and disturbance separate from training.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDevice } from '../device/registry.ts';
import { unwrap } from '../core/result.ts';
import { noTime, onlyWarmedUp, timeParts, totalOf, workedIn } from '../spec/time-account.ts';
import { smallSpec, smallText } from '../verify/small-run.ts';
import { prepareRun } from './prepare.ts';
import { TimeLedger } from './time-ledger.ts';
import { StepClock } from './timing.ts';
import type { TrainingRun } from './training-run.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';

const phases = timeParts.filter((part) => part !== 'disturbed');
const part = fc.constantFrom(...phases);
const seconds = fc.double({ min: 0, max: 1e4, noNaN: true });

describe('a ledger', () => {
  it('sums to the time that has passed, whatever was entered and moved', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(part, seconds, fc.double({ min: 0, max: 1, noNaN: true }), part)), (events) => {
        let at = 5;
        const ledger = new TimeLedger(noTime, at, () => at);
        for (const [next, pause, share, to] of events) {
          at += pause;
          ledger.move(pause * share, to);
          ledger.enter(next);
        }
        expect(totalOf(ledger.read(0))).toBeCloseTo(at - 5, 6);
        at += 3;
        expect(totalOf(ledger.read(0))).toBeCloseTo(at - 5, 6);
      }),
    );
  });

  it('goes on from what was counted before', () => {
    let at = 0;
    const ledger = new TimeLedger({ ...noTime, training: 4, waiting: 2 }, at, () => at);
    at = 1;
    ledger.enter('waiting');
    at = 4;
    expect(ledger.read(0)).toEqual({ ...noTime, training: 4, preparation: 1, waiting: 5 });
  });
});

describe('two runs of equal budget and equal speed', () => {
  /** Steady steps until 14 s are spent, as a budget in seconds counts them; reported ten times a second. */
  function train(stepOf: (active: number) => number): StepClock {
    const clock = new StepClock(0, 0);
    for (let told = 0; clock.active < 14;) {
      clock.step(stepOf(clock.active));
      if (clock.active - told < 0.1) continue;
      told = clock.active;
      clock.stretches.close();
    }
    return clock;
  }

  it('did unequal numbers of steps because something else had the machine, and the account says for how long', () => {
    const calm = train(() => 0.4e-3);
    // From second 1 to second 11 each step takes ten times as long; the last seconds, which determine the speed, are calm.
    const disturbed = train((active) => (active > 1 && active < 11 ? 4e-3 : 0.4e-3));
    expect(disturbed.recent(20)).toBeCloseTo(calm.recent(20) ?? NaN, 9);
    expect(calm.steps / disturbed.steps).toBeGreaterThan(2.5);
    expect(calm.stretches.disturbed).toBe(0);
    const taken = disturbed.stretches.disturbed;
    expect(taken).toBeCloseTo(9, 0);
    expect((disturbed.active - taken) / disturbed.steps).toBeCloseTo(calm.active / calm.steps, 5);
  });
});

describe('a run', () => {
  const never = (): boolean => false;
  const silent = { metrics: () => undefined, checkpoint: () => undefined };
  const timeOf = (cursor: TrainingCursor): NonNullable<TrainingCursor['time']> => {
    if (cursor.time === undefined) throw new Error('an account is required');
    return cursor.time;
  };
  const begin = async (
    resume: { cursor: TrainingCursor; bytes: Uint8Array } | null,
    waited = 0,
  ): Promise<TrainingRun> => {
    const device = await loadDevice('cpu');
    const spec = smallSpec({ device: 'cpu', budget: { unit: 'seconds', amount: 0.4 } });
    return unwrap(await prepareRun({ spec, data: smallText, device, listener: silent, resume, waited }));
  };

  it('accounts for all its time: what passes on the wall passes in the account, also after it was saved and resumed', async () => {
    const run = await begin(null, 2.5);
    const before = timeOf(run.cursor());
    expect(before).toMatchObject({ training: 0, evaluation: 0 });
    expect(before.waiting).toBeGreaterThanOrEqual(2.5);
    expect(before.preparation).toBeGreaterThan(0);
    await run.slice({ seconds: 60, steps: 1 }, never);
    const first = run.cursor();
    expect(timeOf(first)).toMatchObject({ training: 0, disturbed: 0 });
    expect(timeOf(first).warmup).toBeGreaterThan(0);
    expect(onlyWarmedUp(timeOf(first))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await run.slice({ seconds: 60, steps: 200 }, never);
    const bytes = await run.save();
    const saved = run.cursor();
    const passed = saved.wallSeconds - first.wallSeconds;
    expect(Math.abs(totalOf(timeOf(saved)) - totalOf(timeOf(first)) - passed)).toBeLessThan(2e-3);
    expect(timeOf(saved).waiting - timeOf(first).waiting).toBeGreaterThanOrEqual(0.029);
    await run.dispose();

    const second = await begin({ cursor: saved, bytes }, 1);
    await second.slice({ seconds: 60, steps: null }, never);
    const end = second.cursor();
    const time = timeOf(end);
    expect(totalOf(time)).toBeGreaterThan(totalOf(timeOf(saved)) + 1);
    expect(time.training + time.disturbed).toBeCloseTo(end.activeSeconds, 6);
    for (const one of timeParts) expect(time[one]).toBeGreaterThanOrEqual(-1e-9);
    for (const one of ['evaluation', 'data', 'checkpoint', 'warmup'] as const) expect(time[one]).toBeGreaterThan(0);
    expect(workedIn(time)).toBeLessThan(totalOf(time) - 3.5);
    await second.dispose();
  });

  it('remembers the rates a person set and since which step, also after it was resumed', async () => {
    const run = await begin(null);
    expect(run.cursor().rateChanges).toBeUndefined();
    await run.slice({ seconds: 60, steps: 3 }, never);
    run.setLearningRate(2e-3);
    const resumed = await begin({ cursor: run.cursor(), bytes: await run.save() });
    await resumed.slice({ seconds: 60, steps: 2 }, never);
    resumed.setLearningRate(5e-4);
    expect(resumed.cursor().rateChanges).toEqual([
      { step: 3, value: 2e-3 },
      { step: 5, value: 5e-4 },
    ]);
    await Promise.all([run.dispose(), resumed.dispose()]);
  });

  it('that an older version began has no account, and says none', async () => {
    const run = await begin(null);
    await run.slice({ seconds: 60, steps: 3 }, never);
    const { time: _, ...old } = run.cursor();
    const resumed = await begin({ cursor: old, bytes: await run.save() });
    await resumed.slice({ seconds: 60, steps: 3 }, never);
    expect(resumed.cursor().step).toBe(6);
    expect(resumed.cursor().time).toBeUndefined();
    await Promise.all([run.dispose(), resumed.dispose()]);
  });
});
