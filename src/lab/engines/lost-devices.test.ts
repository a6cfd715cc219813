// A run whose graphics device is lost resumes automatically as long as it makes progress, and not for ever.
import { say } from '../../engine/core/say.ts';
import { describe, expect, it } from 'vitest';
import { engineGone, LostDevices } from './lost-devices.ts';
import { saying } from '../../../tests/support/saying.ts';

const lost = { code: 'device-lost', message: say`the device was lost` } as const;

describe('a lost device', () => {
  it('is opened again as long as the run made progress in between', () => {
    const devices = new LostDevices();
    expect([-1, 10, 20].map((saved) => devices.mayGoOn('a', saved, lost))).toEqual([true, true, true]);
    expect(devices.mayGoOn('a', 20, lost)).toBe(false);
  });

  it('ends a run that did not get to a checkpoint in between, and that run alone', () => {
    const devices = new LostDevices();
    expect(devices.mayGoOn('a', -1, lost)).toBe(true);
    expect(devices.mayGoOn('a', -1, lost)).toBe(false);
    expect(devices.mayGoOn('b', -1, lost)).toBe(true);
  });

  it('is the only failure after which a run resumes automatically', () => {
    expect(new LostDevices().mayGoOn('a', 5, { code: 'out-of-memory', message: say`too large` })).toBe(false);
  });
});

it('the message of a lost engine names the step Resume continues from', () => {
  expect(engineGone('minGRU', say`it ended`, 40).cure).toEqual(saying('step 40'));
  expect(engineGone('minGRU', say`it ended`, 0).cure).toEqual(saying('from the start'));
  expect(engineGone('minGRU', say`it ended`, -1).cure).toEqual(saying('from the start'));
});
