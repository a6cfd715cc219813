// The speed of a run: steady if there are steady steps, else that of all its steps, never both, and none without steps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortSpeed, steadySpeed, type Stepped } from './speed.ts';
import { noTime, onlyWarmedUp } from './time-account.ts';

const facts = { tokensPerStep: 128 };
const positive = fc.double({ min: 1e-6, max: 1e4, noNaN: true });
const stepped = fc.record({
  step: fc.nat(10_000),
  stepSeconds: fc.option(fc.record({ median: positive })),
  time: fc.option(fc.record({ training: positive, disturbed: positive, warmup: positive })),
});

describe('the speed of a run', () => {
  it('is either steady or that of all steps, which are all tokens over all seconds of steps', () => {
    fc.assert(
      fc.property(stepped, ({ step, stepSeconds, time }) => {
        const run: Stepped = { step, stepSeconds, facts, time: time && { ...noTime, waiting: 9, ...time } };
        const [steady, short] = [steadySpeed(run), shortSpeed(run)];
        expect(steady !== null && short !== null).toBe(false);
        expect(steady !== null).toBe(stepSeconds !== null);
        expect(short !== null).toBe(stepSeconds === null && time !== null && step > 0);
        if (short !== null && time !== null)
          expect(short * (time.training + time.disturbed + time.warmup)).toBeCloseTo(step * 128, 3);
      }),
    );
  });

  it('says nothing of a run of an older version, whose warm-up stands in the preparation', () => {
    const old = { step: 20, stepSeconds: null, facts, time: { ...noTime, training: 0.01, preparation: 3 } };
    expect(shortSpeed(old)).toBeNull();
    expect(onlyWarmedUp(old.time)).toBe(false);
    expect(onlyWarmedUp({ ...noTime, warmup: 0.4, waiting: 2 })).toBe(true);
    expect(onlyWarmedUp({ ...noTime, warmup: 0.4, training: 0.1 })).toBe(false);
  });
});
