// The drawer's summary of where runs were measured: differences are listed with their runs, and irrelevant ones are ignored.
import { say } from '../../../../engine/core/say.ts';
import { describe, expect, it } from 'vitest';
import type { EnvironmentStamp } from '../../../../engine/spec/catalogue.ts';
import type { RunGroup } from '../run-groups.ts';
import { facets, measuredOn } from './measured-on.ts';

const stamp: EnvironmentStamp = {
  version: '0.2.0',
  commit: '0123456789',
  node: 'v24.0.0',
  platform: 'linux x64',
  cpu: 'A processor',
  device: 'cpu',
  module: 'native avx512',
  threads: 2,
  exclusive: true,
  started: '2026-01-01T00:00:00Z',
};
const group = (stamps: readonly (EnvironmentStamp | null)[]): RunGroup =>
  ({ runs: stamps.map((environment, at) => ({ name: `r${at}`, environment })) }) as unknown as RunGroup;

describe('where runs were measured', () => {
  it('names a value for each place that differs, the commonest first, and leaves the others single', () => {
    const wasm = { ...stamp, module: 'wasm simd128', threads: 1 };
    const places = measuredOn([group([wasm, stamp, null]), group([stamp])]);
    expect(places?.module.values).toEqual([
      { value: 'native avx512', runs: ['r1', 'r0'] },
      { value: 'wasm simd128', runs: ['r0'] },
    ]);
    expect(places?.threads.values.map(({ value, runs }) => [value, runs.length])).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(facets.filter((one) => (places?.[one].values.length ?? 0) > 1)).toEqual(['module', 'threads']);
  });

  it('is one place although each run began at a time and chose its device for a reason of its own', () => {
    const later = { ...stamp, started: '2026-01-01T01:00:00Z', reason: say`the fastest here: 0.4 ms a step` };
    const places = measuredOn([group([stamp, later])]);
    expect(facets.every((one) => places?.[one].values.length === 1)).toBe(true);
    expect(measuredOn([group([null])])).toBeNull();
  });
});
