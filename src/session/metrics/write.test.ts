// Written data are read back unchanged, however they arrived; and truncated data leave no trace.
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { createSession } from '../create.ts';
import { insertRuns, keyOf } from '../runs.ts';
import { write } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import { testFolder } from '../testing/folder.ts';
import { columnsOf, someHead, someRun } from '../testing/samples.ts';
import { readLast, readSeries } from './read.ts';
import { chunkPoints } from './summary.ts';
import { appendColumns, truncateRun } from './write.ts';

const folder = testFolder();
const session = createSession(folder.file(), someHead);
const { db } = session;
let runs = 0;

function newRun(): string {
  const id = `run-${++runs}`;
  write(db, 'normal', () => insertRuns(db, [someRun(id)]));
  return id;
}

const append = (id: string, columns: MetricColumns): void =>
  write(db, 'normal', () => appendColumns(db, keyOf(db, id), columns));
const truncate = (id: string, step: number): void => write(db, 'normal', () => truncateRun(db, keyOf(db, id), step));

const whole = (id: string, columns = 1e9) =>
  readSeries(db, { runs: [id], metric: 'train/loss', x: 'step', from: null, to: null, columns })[0];

/** Everything the file holds about a run's metrics, bytes included, without the file's own numbers. */
function stored(connection: Database, id: string): unknown {
  const key = keyOf(connection, id);
  const all = (sql: string): unknown => connection.prepare(sql).all(key);
  return [
    all('SELECT metric, points, last_step, last_value FROM metric_series WHERE run = ? ORDER BY metric'),
    all(`SELECT s.metric, c.start, c.summary, c.coarse, c.fine, p.crc, p.data FROM metric_series s
      JOIN metric_chunks c ON c.series = s.id JOIN metric_points p ON p.chunk = c.id WHERE s.run = ? ORDER BY 1, 2`),
    all(`SELECT s.metric, t.start, t.crc, t.data FROM metric_series s JOIN metric_tail t ON t.series = s.id
      WHERE s.run = ? ORDER BY 1, 2`),
  ];
}

describe('appended metrics', () => {
  it('come back bit for bit, holes included', () => {
    const id = newRun();
    const columns = columnsOf('train/loss', 0, 3 * chunkPoints + 77);
    append(id, columns);
    expect(whole(id)).toEqual({
      run: id,
      metric: 'train/loss',
      step: columns.step,
      x: columns.step,
      value: columns.value,
      complete: true,
    });
  });

  it('lie in the file the same way whatever batches they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.noBias(fc.integer({ min: 0, max: 3000 })), { minLength: 1, maxLength: 8 }), (sizes) => {
        const [once, pieces] = [newRun(), newRun()];
        let end = 0;
        for (const size of sizes) append(pieces, columnsOf('val/loss', end, (end += size)));
        append(once, columnsOf('val/loss', 0, end));
        expect(stored(db, pieces)).toEqual(stored(db, once));
      }),
      { numRuns: 25 },
    );
  });

  it('after a cut and a new start are as if the cut part had never been written', () => {
    const sizes = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.noBias(fc.integer({ min: 0, max: 10_000 })));
    fc.assert(
      fc.property(sizes, sizes, sizes, (first, lost, rest) => {
        const [cut, plain] = [newRun(), newRun()];
        append(cut, columnsOf('train/loss', 0, first));
        append(
          cut,
          columnsOf('train/loss', first, first + lost, () => -1),
        );
        truncate(cut, first - 1);
        append(cut, columnsOf('train/loss', first, first + rest));
        append(plain, columnsOf('train/loss', 0, first));
        append(plain, columnsOf('train/loss', first, first + rest));
        expect(stored(db, cut)).toEqual(stored(db, plain));
      }),
      { numRuns: 25 },
    );
  });

  it('turn infinite values into holes', () => {
    const id = newRun();
    append(id, {
      metric: 'train/loss',
      step: [1, 2, 3],
      active: [0, 0, 0],
      wall: [0, 0, 0],
      value: [1, Infinity, NaN],
    });
    expect(whole(id)?.value).toEqual([1, null, null]);
    expect(readLast(db, keyOf(db, id))).toEqual({ 'train/loss': { step: 3, value: null } });
  });

  it.each([
    ['columns of different length', { step: [1, 2], active: [0], wall: [0, 0], value: [0, 0] }, 'equal length'],
    [
      'a step that goes back',
      { step: [5, 4], active: [0, 0], wall: [0, 0], value: [0, 0] },
      'must not go back, got 4 after 5',
    ],
    [
      'a clock that is no number',
      { step: [5], active: [NaN], wall: [0], value: [0] },
      'active of train/loss must be finite',
    ],
  ])('are refused with %s, and nothing is stored', (_, columns, message) => {
    const id = newRun();
    expect(() => append(id, { metric: 'train/loss', ...columns })).toThrow(message);
    expect(whole(id)?.step).toEqual([]);
  });

  it('are refused when they start before the last stored step, all metrics of the batch together', () => {
    const id = newRun();
    append(id, columnsOf('train/loss', 0, 10));
    const both = (): void =>
      write(db, 'normal', () => {
        appendColumns(db, keyOf(db, id), columnsOf('val/loss', 0, 3));
        appendColumns(db, keyOf(db, id), columnsOf('train/loss', 5, 8));
      });
    expect(both).toThrow('got 5 after 9');
    expect(Object.keys(readLast(db, keyOf(db, id)))).toEqual(['train/loss']);
  });
});

describe('series', () => {
  it('lie on every axis the facts know', () => {
    const id = newRun();
    append(id, columnsOf('train/loss', 0, 4));
    const along = (x: 'tokens' | 'samples' | 'flops' | 'active' | 'wall') =>
      readSeries(db, { runs: [id], metric: 'train/loss', x, from: null, to: null, columns: 10 })[0]?.x;
    expect(along('tokens')).toEqual([0, 128, 256, 384]);
    expect(along('samples')).toEqual([0, 4, 8, 12]);
    expect(along('flops')).toEqual([0, 128 * 7404, 2 * 128 * 7404, 3 * 128 * 7404]);
    expect(along('active')).toEqual([0, 1, 2, 3].map((i) => i * 0.1));
    expect(along('wall')).toEqual([0, 0.25, 0.5, 0.75]);
  });

  it('say that something is missing when the axis is not known yet', () => {
    const id = `run-${++runs}`;
    write(db, 'normal', () => insertRuns(db, [someRun(id, { facts: null })]));
    append(id, columnsOf('train/loss', 0, 4));
    const [window] = readSeries(db, {
      runs: [id],
      metric: 'train/loss',
      x: 'tokens',
      from: null,
      to: null,
      columns: 9,
    });
    expect(window).toMatchObject({ x: [], complete: false });
  });

  it('of a million points are drawn from summaries alone and show a single spike', () => {
    const id = newRun();
    const n = 1_000_000;
    for (let from = 0; from < n; from += n / 10) {
      append(
        id,
        columnsOf('train/loss', from, from + n / 10, (i) => (i === 654_321 ? 99 : Math.sin(i / 1e4))),
      );
    }
    const window = whole(id, 1000);
    expect(window?.complete).toBe(false);
    const at = window?.value.indexOf(99) ?? -1;
    expect(window?.step[at]).toBe(654_321);
    // Fast because none of the million points is read.
    db.exec('BEGIN');
    onTestFinished(() => db.exec('ROLLBACK'));
    db.exec('DELETE FROM metric_points');
    expect(whole(id, 1000)).toEqual(window);
  });
});
