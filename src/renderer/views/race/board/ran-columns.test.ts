// Columns with the actual device of runs: shown if the runs differ or a person asks, and empty for a run that has not started.
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../protocol/state.ts';
import { ranColumns, ranValue } from './ran-columns.ts';

const run = (module: string | null, threads = 2): RunState =>
  ({ environment: module === null ? null : { device: 'cpu', module, threads } }) as unknown as RunState;
const ids = (runs: readonly RunState[], asked: boolean): readonly string[] =>
  ranColumns(runs, asked).map(({ id }) => id);

describe('columns of where runs ran', () => {
  it('are those that differ, all when asked for, none for runs of one place', () => {
    const runs = [run('native avx512'), run('wasm simd128'), run(null)];
    expect(ids(runs, false)).toEqual(['ranModule']);
    expect(ids([run('wasm', 1), run('wasm', 2)], false)).toEqual(['ranThreads']);
    expect(ids([run('wasm'), run('wasm'), run(null)], false)).toEqual([]);
    expect(ids([run(null)], true)).toEqual(['ranDevice', 'ranModule', 'ranThreads']);
  });

  it('sort by what they show', () => {
    expect(ranValue(run('wasm', 4), 'ranThreads')).toBe(4);
    expect(ranValue(run(null), 'ranModule')).toBeNull();
    expect(ranValue(run('wasm'), 'loss')).toBeNull();
  });
});
