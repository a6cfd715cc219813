// A process that is killed while it forks: every fork is in the file with its checkpoint and its event, or is not in the file at all.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../engine/core/result.ts';
import { sessionFiles } from './index.ts';
import { testFolder } from './testing/folder.ts';
import { bytesOfStep } from './testing/kill-data.ts';
import { someHead, someRun } from './testing/samples.ts';

const folder = testFolder();
const script = fileURLToPath(new URL('./testing/fork-child.ts', import.meta.url));

/** Kills it as soon as it has reported `count` forks, while it makes the next one. */
async function forkAndKill(path: string, count: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > count) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
}

describe('a fork that is killed midway', () => {
  it('is gone or whole, and one that was answered is there', async () => {
    const path = folder.file();
    const store = unwrap(await sessionFiles.create(path, someHead));
    await store.addRuns([someRun('run')]);
    await store.close();
    const answered: string[] = [];
    for (const count of [1, 2, 3, 5, 8, 4]) {
      answered.push(...(await forkAndKill(path, count)));
      const after = unwrap(await sessionFiles.open(path));
      const forks = (await after.runs()).filter((run) => run.forkedFrom !== null);
      expect(forks.map((run) => run.id)).toEqual(expect.arrayContaining(answered));
      const told = (await after.events()).filter((event) => event.kind === 'fork').map((event) => event.run);
      expect(told).toEqual(forks.map((run) => run.id));
      for (const { id, forkedFrom } of forks) {
        const start = unwrap(await after.checkpoint(id, 'latest'));
        expect(Buffer.from(start.bytes).equals(Buffer.from(bytesOfStep(forkedFrom?.step ?? -1)))).toBe(true);
      }
      await after.close();
    }
    expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
  });
});
