// A window plus later points must equal a window requested later.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extentOf } from './points.ts';
import { SeriesBuffer, positionOn } from './series-buffer.ts';

const columnsOf = (steps: readonly number[], values: readonly (number | null)[]) => ({
  step: steps,
  active: steps.map((step) => step * 0.5),
  wall: steps.map((step) => step * 2),
  value: values,
});
const onStep = { axis: 'step', facts: null } as const;
const empty = { step: [], x: [], value: [], complete: true };

describe('SeriesBuffer', () => {
  it('appends in any batches as if all had come at once, repeats ignored', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        (values, batch) => {
          const steps = values.map((_, index) => index + 1);
          const once = new SeriesBuffer(empty, 4000);
          once.append(columnsOf(steps, values), onStep);
          const parts = new SeriesBuffer(empty, 4000);
          for (let start = 0; start < steps.length; start += batch) {
            const from = Math.max(0, start - 2);
            parts.append(columnsOf(steps.slice(from, start + batch), values.slice(from, start + batch)), {
              ...onStep,
              overlap: true,
            });
          }
          expect([...parts.step]).toEqual([...once.step]);
          expect([...parts.y]).toEqual([...once.y]);
          expect(once.complete).toBe(true);
        },
      ),
    );
  });
  it('stays bounded and keeps the extremes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 300, maxLength: 1500 }),
        (values) => {
          const buffer = new SeriesBuffer(empty, 200);
          values.forEach((value, index) =>
            buffer.append(columnsOf([index + 1], [value]), { axis: 'active', facts: null }),
          );
          expect(buffer.length).toBeLessThanOrEqual(200);
          expect(extentOf(buffer.y)).toEqual(extentOf(values));
          expect(buffer.step.at(-1)).toBe(values.length);
          expect(buffer.complete).toBe(false);
        },
      ),
      { numRuns: 20 },
    );
  });
  it('notices a run that was taken back to a checkpoint', () => {
    const buffer = new SeriesBuffer({ step: [10, 20, 30], x: [10, 20, 30], value: [3, 2, 1], complete: true }, 100);
    expect(buffer.append(columnsOf([30], [1]), onStep)).toBe('nothing');
    expect(buffer.append(columnsOf([21, 22], [2, 2]), onStep)).toBe('rewound');
    expect(buffer.append(columnsOf([40], [null]), onStep)).toBe('added');
    expect(buffer.y.at(-1)).toBeNaN();
  });
  it('reads every axis and waits for the facts where it needs them', () => {
    const facts = { tokensPerStep: 100, samplesPerStep: 4, flopsPerToken: 7 };
    expect(
      (['step', 'tokens', 'samples', 'active', 'wall', 'flops'] as const).map((axis) =>
        positionOn(axis, facts, 3, 1.5, 9),
      ),
    ).toEqual([3, 300, 12, 1.5, 9, 2100]);
    const buffer = new SeriesBuffer(empty, 100);
    expect(buffer.append(columnsOf([1], [1]), { axis: 'tokens', facts: null })).toBe('nothing');
  });
  it('does not run past the right edge of a zoomed window', () => {
    const buffer = new SeriesBuffer(empty, 100);
    buffer.append(columnsOf([1, 2, 3], [1, 2, 3]), { ...onStep, to: 2 });
    expect([...buffer.step]).toEqual([1, 2]);
  });
});
