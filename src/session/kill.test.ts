// kill -9 at ten moments (MINRNN_KILLS=200: at that many): the file opens, every check passes, and everything reported as committed is in
// it.
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../engine/core/result.ts';
import { sessionFiles } from './index.ts';
import type { SessionStore } from './index.ts';
import { testFolder } from './testing/folder.ts';
import { bytesOfStep } from './testing/kill-data.ts';
import { columnsOf, someDetail, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();
const rounds = Number(process.env['MINRNN_KILLS'] ?? 10);
const child = fileURLToPath(new URL('./testing/kill-child.ts', import.meta.url));

/** What the child had reported as committed when it was killed, `milliseconds` after its report number `words`. */
async function writeAndKill(path: string, words: number, milliseconds = 0): Promise<Readonly<Record<string, number>>> {
  const process_ = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ended = new Promise<string | null>((resolve) => process_.on('close', (_, signal) => resolve(signal)));
  await new Promise<void>((resolve) => {
    process_.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split('\n').length > words) resolve();
    });
    void ended.then(() => resolve());
  });
  await pause(milliseconds);
  process_.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  const lines = said.trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

async function expectCommitted(
  store: SessionStore,
  said: Readonly<Record<string, number>>,
  kills: number,
): Promise<void> {
  const { step, value } = (
    await store.series({ runs: ['run'], metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e9 })
  )[0] ?? {
    step: [],
    value: [],
  };
  expect(step.length).toBeGreaterThanOrEqual(Math.max(said['points'] ?? 0, said['open'] ?? 0));
  expect(value).toEqual(columnsOf('train/loss', 0, step.length).value);
  for (const kind of ['latest', 'best'] as const) {
    const promised = said[kind];
    if (promised === undefined) continue;
    const found = unwrap(await store.checkpoint('run', kind));
    expect(found.cursor.step).toBeGreaterThanOrEqual(promised);
    expect(Buffer.from(found.bytes).equals(Buffer.from(bytesOfStep(found.cursor.step)))).toBe(true);
  }
  const samples = await store.samples('run');
  const answers = await store.answers('run');
  // In the order of writing, each complete: a kill can happen between a text and the answers of its step, once.
  const answered = new Set(answers.map((one) => one.step));
  const texts = samples.map((one) => one.step);
  expect(texts.filter((step) => answered.has(step))).toEqual([...answered]);
  expect(texts.length - answered.size).toBeLessThanOrEqual(kills);
  for (const { text, detail } of samples) expect([text, detail]).toEqual([' me', someDetail]);
  for (const { step: at, answers: told } of answers) expect(told).toEqual([[at]]);
  if (said['shown'] !== undefined) expect(answers.some((one) => one.step === said['shown'])).toBe(true);
  const cursor = (await store.runs())[0]?.cursor.step ?? -1;
  expect(cursor).toBeGreaterThanOrEqual(said['cursor'] ?? 0);
}

describe('a writer that is killed', () => {
  it(`at ${rounds} moments loses nothing it had committed`, { timeout: 600_000 + 10_000 * rounds }, async () => {
    const path = folder.file();
    const store = unwrap(await sessionFiles.create(path, someHead));
    await store.addRuns([someRun('run', { intent: 'active' })]);
    await store.close();
    let kept: Readonly<Record<string, number>> = {};
    let written = 0;
    for (let round = 0; round < rounds; round++) {
      const said = await writeAndKill(path, 1 + 7 * (round % 10), (round * 13) % 40);
      kept = { ...kept, ...said };
      written = Math.max(written, said['points'] ?? 0);
      expect(unwrap(await sessionFiles.recent(path)).status).toBe('interrupted');
      expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
      const again = unwrap(await sessionFiles.open(path));
      expect(again.readOnly).toBe(false);
      await expectCommitted(again, kept, round + 1);
      await again.close();
      expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
    }
    expect(written).toBeGreaterThan(1000);
  });

  it('leaves its lock to the next one at once', async () => {
    const path = folder.file();
    const store = unwrap(await sessionFiles.create(path, someHead));
    await store.addRuns([someRun('run')]);
    await store.close();
    await writeAndKill(path, 10);
    const again = unwrap(await sessionFiles.open(path));
    await again.close();
    expect(Object.keys(folder.state()).filter((name) => /-lock|-wal|-shm/.test(name))).toEqual([]);
  });
});
