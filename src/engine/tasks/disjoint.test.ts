// Held-out problems and training: kept apart where that is asked for, and counted where it is not.
import { english } from '../core/say.ts';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { unwrap } from '../core/result.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';

import { describeRun } from '../training/describe.ts';
import { smallSpec } from '../verify/small-run.ts';
import { tasks } from './registry.ts';
import { ints, makeBatch, type Batch } from './streams.ts';
import type { Task, TaskDef } from './task.ts';

const formal: readonly TaskDef[] = Object.values(tasks).filter(({ fields }) => 'disjoint' in fields);
const prepare = (def: TaskDef, values: FieldValues): Task =>
  unwrap(def.prepare({ ...defaultsOf(def.fields), ...values }, null));

/** Each sequence as text: symbols up to the last asked position. */
function sequencesOf(batch: Batch): string[] {
  const { size, length } = batch;
  const [x, y] = [ints(batch, 'symbols'), ints(batch, 'wanted')];
  return Array.from({ length: size }, (_, row) => {
    const asked = y.subarray(row * length, (row + 1) * length);
    const end = Array.from(asked).findLastIndex((target) => target >= 0) + 1;
    return x.subarray(row * length, row * length + end).join(' ');
  });
}

function heldOutOf(task: Task): string[] {
  const batch = makeBatch(task, task.evalSequences, task.evalLength);
  task.evaluate(batch, 0);
  return sequencesOf(batch);
}

function trainedOn(task: Task, steps: number, size: number): Set<string> {
  const batch = makeBatch(task, size, task.trainLength);
  const seen = new Set<string>();
  for (let step = 0; step < steps; step++) {
    task.train(batch, new RandomStream(1, 'data', step));
    for (const one of sequencesOf(batch)) seen.add(one);
  }
  return seen;
}

const short = { trainLength: 8, evalMinimum: 1, evalMaximum: 12, evalSequences: 100 };

describe.each(formal.map((def) => [def.id, def] as const))('%s', (_, def) => {
  it('has no problem in both sets where they are disjoint', () => {
    const task = prepare(def, { ...short, disjoint: true });
    const seen = trainedOn(task, 200, 16);
    const held = heldOutOf(task);
    expect(held.every((one) => one !== '')).toBe(true);
    expect(held.filter((one) => seen.has(one))).toEqual([]);
    expect(task.shown).toBeUndefined();
  });

  it('counts what training shows of the held-out problems where they are not', () => {
    const task = prepare(def, { ...short, disjoint: false });
    const seen = trainedOn(task, 200, 16);
    const shown = heldOutOf(task).filter((one) => seen.has(one)).length;
    expect(Math.abs((task.shown?.(200, 16) ?? NaN) - shown)).toBeLessThan(8);
  });

  it('counts the positions that are not padding as tokens', async () => {
    const spec = smallSpec({ task: def.id as keyof typeof tasks, taskFields: short, training: { batch: 16 } });
    const { tokensPerStep, positionsPerStep } = unwrap(await describeRun(spec, null));
    const task = prepare(def, short);
    const batch = makeBatch(task, 16, task.trainLength);
    let real = 0;
    const steps = 2000;
    for (let step = 0; step < steps; step++) {
      task.train(batch, new RandomStream(1, 'data', step));
      for (const one of sequencesOf(batch)) real += one.split(' ').length;
    }
    expect(Math.abs(real / steps / tokensPerStep - 1)).toBeLessThan(0.05);
    expect(positionsPerStep).toBe(16 * task.trainLength);
  });
});

describe('the parity preset of before', () => {
  const fields = { trainLength: 10, evalMinimum: 2, evalMaximum: 20 };

  it('shows 47 % of its held-out problems within 1,000 steps', () => {
    const shown = prepare(tasks['parity-check-v1'], fields).shown?.(1000, 32) ?? NaN;
    expect(shown / 256).toBeCloseTo(0.47, 2);
  });

  it('has 21.5 tokens in 41 positions at the official lengths', () => {
    const { trainTokens, trainLength } = prepare(tasks['parity-check-v1'], {});
    expect([trainTokens, trainLength]).toEqual([21.5, 41]);
  });
});

it('runs of before there was a choice draw and count as they did', async () => {
  const def = tasks['parity-check-v1'];
  const { disjoint: _, ...old } = defaultsOf(def.fields) as FieldValues;
  const task = unwrap(def.prepare(old, null));
  expect(task.trainTokens).toBeUndefined();
  expect(heldOutOf(task)).toEqual(heldOutOf(prepare(def, {})));
  expect(trainedOn(task, 3, 8)).toEqual(trainedOn(prepare(def, {}), 3, 8));
  const spec = smallSpec({ task: 'parity-check-v1' });
  const facts = unwrap(await describeRun({ ...spec, task: { ...spec.task, fields: old } }, null));
  expect(facts.tokensPerStep).toBe(4 * 41);
  expect(facts.positionsPerStep).toBeUndefined();
});

it('sets that cannot be disjoint are refused by name', () => {
  const refused = formal.flatMap((def) =>
    ['trainLength', 'evalMaximum'].map((name) => {
      const fields = { ...defaultsOf(def.fields), evalMinimum: 1, [name]: 1, disjoint: true };
      const prepared = def.prepare(fields, null);
      return prepared.ok ? null : prepared.error;
    }),
  );
  const errors = refused.filter((error) => error !== null);
  expect(errors.length).toBeGreaterThan(0);
  for (const { message, field } of errors) {
    expect(english(message)).toMatch(/disjoint sets.*Choose longer problems/);
    expect(field).toMatch(/^task\.fields\.(trainLength|evalMaximum)$/);
  }
});
