// The Race screen with far more than a person trains in a day: opens session files of many runs and of many points in a real Chromium
// through `minrnn serve`, and measures opening, zooming, resetting and moving the cursor: time to the next painted frame, long tasks.
// Sizes: MINRNN_UI_CASES="runs x points, ..." (default below). MINRNN_UI_FILES=folder keeps the files and uses them again;
// with MINRNN_UI_ONLY_WRITE=1 they are only written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chromium, type Browser, type Page } from '@playwright/test';
import { startPage } from '../e2e/pages/start.ts';
import { racePage } from '../e2e/pages/race.ts';
import { Program } from '../e2e/support/program.ts';
import { findChromium } from '../scripts/find-chromium.mjs';
import { unwrap } from '../src/engine/core/result.ts';
import { sessionFiles } from '../src/session/index.ts';
import { columnsOf, cursorAt, someHead, someRun } from '../src/session/testing/samples.ts';
import { record } from './measure.ts';

interface Case {
  readonly runs: number;
  readonly points: number;
}
interface Row extends Case {
  readonly fileMiB: number;
  readonly writeSeconds: number;
  /** From loading the page to the list that shows the session. */
  readonly startMs: number;
  readonly openMs: number;
  readonly curvesMs: number;
  readonly zoomMs: readonly number[];
  readonly resetMs: readonly number[];
  readonly cursorMs: readonly number[];
  /** Processor time of the page's main thread: opening, and a round of zoom, cursor and reset with all that follows. */
  readonly processorMs: { readonly opening: number; readonly round: number };
  readonly longTasks: { readonly opening: readonly number[]; readonly acting: readonly number[] };
}

const batch = 50_000;
const repeats = 7;
const kept = process.env['MINRNN_UI_FILES'];
const cases = (process.env['MINRNN_UI_CASES'] ?? '1x1000, 100x1000, 1000x1000, 4x1000000, 100x1000000')
  .split(',')
  .map((text): Case => {
    const [runs, points] = text.split('x').map(Number);
    if (!runs || !points) throw new Error(`ui bench: a case is required as runs x points, got ${text}`);
    return { runs, points };
  });

/** A falling loss with waves, spikes and gaps, different for each run: what the Loss chart shows when a session is opened. */
const lossOf =
  (run: number, points: number) =>
  (i: number): number | null => {
    if (i % 977 === 976) return null;
    const fall = 3 * Math.exp((-4 * i) / points) + 0.3 + (run % 97) / 100;
    return fall + 0.1 * Math.sin(i / 50 + run) + (i % 1000 === 999 ? 1 : 0);
  };

/** Runs written point by point; in a large case the other runs are copies of these within the file, including their pyramids. */
const written = 8;
const large = 100_000;

/** A session file written by the store itself, including its pyramids. */
async function writeSession(path: string, { runs, points }: Case): Promise<void> {
  const store = unwrap(await sessionFiles.create(path, { ...someHead, name: `bench ${runs}x${points}` }));
  const made = Array.from({ length: runs }, (_, at) =>
    someRun(`run-${at}`, { variant: at, identity: at, intent: 'finished', cursor: cursorAt(points) }),
  );
  await store.addRuns(made);
  const own = points >= large ? made.slice(0, written) : made;
  for (const [at, { id }] of own.entries()) {
    const valueAt = lossOf(at, points);
    for (let from = 0; from < points; from += batch)
      await store.appendMetrics(id, [columnsOf('val/loss', from, Math.min(points, from + batch), valueAt)]);
  }
  await store.close();
  if (own.length < made.length) copyCurves(path, runs);
}

const tables = ['metric_series', 'metric_chunks', 'metric_points', 'metric_tail'] as const;

/** Copies the points of a written run to every run without points: the same rows under other keys. */
function copyCurves(path: string, runs: number): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536');
  const keys = db.prepare('SELECT key FROM runs ORDER BY position').all();
  const [newest] = db.prepare('SELECT max(id) AS id FROM metric_chunks').all();
  const stride = Number(newest?.['id'] ?? 0) + 1;
  for (let at = written; at < runs; at++) {
    const [from, to] = [Number(keys[at % written]?.['key']), Number(keys[at]?.['key'])];
    db.exec('BEGIN');
    for (const sql of copySql(from, to, at * stride)) db.exec(sql);
    db.exec('COMMIT');
  }
  db.exec('PRAGMA journal_mode = WAL');
  db.close();
}

function copySql(from: number, to: number, shift: number): readonly string[] {
  const [source, target] = [from, to].map((run) => `(SELECT id FROM metric_series WHERE run = ${run})`);
  const [series, chunks, points, tail] = tables;
  return [
    `INSERT INTO ${series} (run, metric, points, last_step, last_value)
       SELECT ${to}, metric, points, last_step, last_value FROM ${series} WHERE run = ${from}`,
    `INSERT INTO ${chunks} (id, series, start, summary, coarse, fine)
       SELECT id + ${shift}, ${target}, start, summary, coarse, fine FROM ${chunks} WHERE series = ${source}`,
    `INSERT INTO ${points} (chunk, crc, data)
       SELECT chunk + ${shift}, crc, data FROM ${points} WHERE chunk IN (SELECT id FROM ${chunks} WHERE series = ${source})`,
    `INSERT INTO ${tail} (series, start, crc, data)
       SELECT ${target}, start, crc, data FROM ${tail} WHERE series = ${source}`,
  ];
}

/** Milliseconds from an input to the frame painted after it: the second animation frame begins once the first is on the screen. */
async function untilPainted(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const state = window as Window & { painted?: Promise<number> };
    state.painted = new Promise((done) => {
      const begin = (event: Event): void => {
        for (const name of ['wheel', 'keydown', 'pointermove']) removeEventListener(name, begin, true);
        const start = Math.min(event.timeStamp, performance.now());
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
      };
      for (const name of ['wheel', 'keydown', 'pointermove']) addEventListener(name, begin, true);
    });
  });
  await act();
  const ms = await page.evaluate(() => (window as Window & { painted?: Promise<number> }).painted);
  return Number((ms ?? NaN).toFixed(1));
}

async function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const state = window as Window & { longTasks?: number[] };
    const seen = state.longTasks ?? [];
    state.longTasks = [];
    return seen.map(Math.round);
  });
}

/** Milliseconds of processor time of the page's main thread so far, which other work on the machine does not change. */
async function processorClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
}

async function measure(page: Page, one: Case): Promise<Omit<Row, keyof Case | 'fileMiB' | 'writeSeconds'>> {
  const race = racePage(page);
  const processor = await processorClock(page);
  await takeLongTasks(page);
  const atStart = await processor();
  const loaded = performance.now();
  const card = startPage(page).recent(`bench ${one.runs}x${one.points}`);
  await card.waitFor({ timeout: 120_000 });
  const start = performance.now();
  await card.click();
  await race.table.locator('tbody tr').first().waitFor({ timeout: 120_000 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const openMs = Math.round(performance.now() - start);
  const empty = race.canvas('Loss').locator('..').getByText('The first evaluation has not been reached yet');
  await empty.waitFor({ state: 'detached', timeout: 300_000 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const curvesMs = Math.round(performance.now() - start);
  // Work after the first frame, such as loading further curves, is part of opening.
  await page.waitForTimeout(3000);
  const opening = await takeLongTasks(page);
  const opened = await processor();
  const box = await race.canvas('Loss').boundingBox();
  if (box === null) throw new Error('ui bench: the loss chart must be on the screen, got none');
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height * 0.5];
  const [zoomMs, resetMs, cursorMs]: number[][] = [[], [], []];
  await page.mouse.move(x, y);
  for (let round = 0; round < repeats; round++) {
    await page.keyboard.down('Control');
    zoomMs?.push(await untilPainted(page, () => page.mouse.wheel(0, -300)));
    await page.keyboard.up('Control');
    cursorMs?.push(await untilPainted(page, () => page.mouse.move(x + round * 9 + 5, y)));
    await race.canvas('Loss').locator('..').focus();
    resetMs?.push(await untilPainted(page, () => page.keyboard.press('0')));
  }
  await page.waitForTimeout(1000);
  const round = (await processor()) - opened;
  return {
    startMs: Math.round(start - loaded),
    openMs,
    curvesMs,
    zoomMs: zoomMs ?? [],
    resetMs: resetMs ?? [],
    cursorMs: cursorMs ?? [],
    processorMs: { opening: Math.round(opened - atStart), round: Math.round(round / repeats) },
    longTasks: { opening, acting: await takeLongTasks(page) },
  };
}

/** A folder for the program and its session file: a fresh one, or one that is kept and reused. */
async function prepare(
  one: Case,
): Promise<{ readonly home: string; readonly file: string; readonly writeSeconds: number }> {
  const home = kept ? join(kept, `${one.runs}x${one.points}`) : await mkdtemp(join(tmpdir(), 'minrnn-ui-'));
  const file = join(home, 'sessions', 'bench.rnnlab');
  const done = join(home, 'written.json');
  if (existsSync(done)) return { home, file, writeSeconds: Number(readFileSync(done, 'utf8')) };
  await mkdir(join(home, 'sessions'), { recursive: true });
  const start = performance.now();
  await writeSession(file, one);
  const writeSeconds = Number(((performance.now() - start) / 1000).toFixed(1));
  writeFileSync(done, String(writeSeconds));
  return { home, file, writeSeconds };
}

async function runCase(browser: Browser, one: Case): Promise<Row | null> {
  const { home, file, writeSeconds } = await prepare(one);
  if (process.env['MINRNN_UI_ONLY_WRITE'] !== undefined) return null;
  const program = new Program(home);
  try {
    await program.start();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(() => {
      const state = window as Window & { longTasks?: number[] };
      state.longTasks = [];
      new PerformanceObserver((list) =>
        state.longTasks?.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({
        type: 'longtask',
      });
    });
    await page.goto(program.url);
    const measured = await measure(page, one);
    await page.close();
    return { ...one, fileMiB: Math.round((await stat(file)).size / 2 ** 20), writeSeconds, ...measured };
  } finally {
    await program.stop();
    if (!kept) await rm(home, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const tasks = (values: readonly number[]): string =>
  values.length === 0 ? 'none' : `${values.length}, longest ${Math.max(...values)}`;
const line = (row: Row): string =>
  `| ${row.runs} x ${row.points.toLocaleString('en-US')} | ${row.fileMiB} | ${row.writeSeconds} | ${row.startMs} | ${row.openMs} | ${row.curvesMs} | ${median(row.zoomMs)} | ${median(row.resetMs)} | ${median(row.cursorMs)} | ${row.processorMs.opening} | ${row.processorMs.round} | ${tasks(row.longTasks.opening)} | ${tasks(row.longTasks.acting)} |`;

const { path, reason } = await findChromium();
if (path === undefined) console.log(`ui: skipped: ${reason}`);
else {
  const browser = await chromium.launch({
    executablePath: path,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const rows: Row[] = [];
  for (const one of cases) {
    const row = await runCase(browser, one);
    if (row === null) continue;
    rows.push(row);
    console.log(line(row));
  }
  await browser.close();
  if (rows.length === 0) process.exit();
  record('ui', { rows }, [
    '# The Race screen under load',
    '',
    'A session file opened from the Start screen in Chromium through `minrnn serve`, in milliseconds. Start: from the load of the page to',
    'the list with the session on it (before 2026-11-30 it was part of opening). Opening: from the click to the first',
    "painted frame with rows, the driver's own way included; curves: to the frame in which they are drawn. Zoom (Ctrl and wheel), reset (0)",
    `and cursor: from the input to the frame after it, median of ${repeats}. Processor: time of the page's main thread, which other work on the`,
    'machine lengthens least; a round is one zoom, cursor and reset with all that follows. Long tasks are those over 50 ms; their number and',
    `the longest. From 100,000 points a run on, ${written} runs are written point by point; the others are copies of their rows in the file.`,
    '',
    '| runs x points | file MiB | writing s | start | open | curves | zoom | reset | cursor | processor, opening | processor, a round | long tasks, opening | long tasks, acting |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(line),
  ]);
}
