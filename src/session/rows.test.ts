// Rows of older versions are read with their original meaning.
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { totalOf } from '../engine/spec/time-account.ts';
import { trainingCursor } from './rows.ts';
import { cursorAt } from './testing/samples.ts';

describe('the cursor of an older version', () => {
  it('keeps its account: the warm-up stands in the preparation, and the parts sum as before', () => {
    const time = {
      training: 2,
      disturbed: 0.5,
      evaluation: 1,
      data: 0.25,
      checkpoint: 0.125,
      preparation: 3,
      waiting: 4,
    };
    const { time: read } = v.parse(trainingCursor, { ...cursorAt(20), time });
    expect(read).toEqual({ ...time, warmup: 0 });
    expect(read && totalOf(read)).toBe(10.875);
    expect(v.parse(trainingCursor, cursorAt(20)).time).toBeUndefined();
  });
});
