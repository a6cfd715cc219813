// The bars of the time account: every second of a run is on its bar, rows have the order of the neighbouring panel, and unknown values are
// not shown as 0.
import { describe, expect, it } from 'vitest';
import { noTime, totalOf, type TimeAccount } from '../../../../engine/spec/time-account.ts';
import type { RunState } from '../../../../protocol/state.ts';
import type { RunGroup } from '../run-groups.ts';
import { timeBars } from './time-rows.ts';

const group = (name: string, times: readonly (TimeAccount | null)[], status: RunState['status']): RunGroup => {
  const runs = times.map((time, i) => ({ id: `${name}${i}`, name, identity: 0, status, time }));
  return { key: name, identity: 0, name, runs, first: runs[0] } as unknown as RunGroup;
};
const time = (change: Partial<TimeAccount>): TimeAccount => ({ ...noTime, ...change });

describe('timeBars', () => {
  const done = group(
    'done',
    [time({ training: 6, data: 2, waiting: 10 }), time({ training: 2, waiting: 4 })],
    'finished',
  );
  const live = group('live', [time({ training: 1, evaluation: 3, waiting: 36 })], 'running');
  const queued = group('queued', [time({ waiting: 40 })], 'queued');
  const old = group('old', [null], 'finished');

  it('shows means of seeds whose parts sum to the bar, in the order that is asked for', () => {
    const { rows, scale, now } = timeBars([done, live, queued, old], ['queued', 'live', 'done', 'old']);
    expect(rows.map(({ name }) => name)).toEqual(['queued', 'live', 'done', 'old']);
    const [waits, works, mean, none] = rows;
    expect(mean?.account).toEqual(time({ training: 4, data: 1, waiting: 7 }));
    expect(mean?.total).toBe(12);
    expect(mean?.ofWork).toBeCloseTo(0.8);
    expect(works?.ofWork).toBeCloseTo(0.25);
    for (const row of rows) if (row.account) expect(totalOf(row.account)).toBeCloseTo(row.total);
    expect(scale).toBeGreaterThanOrEqual(40);
    expect(now).toBe(40);
    expect(waits?.ofWork).toBeNull();
    expect(none).toMatchObject({ account: null, ofWork: null });
  });

  it('draws no "now" when nothing is under way', () => {
    expect(timeBars([done, old], ['done', 'old']).now).toBeNull();
  });
});
