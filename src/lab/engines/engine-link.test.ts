// Real engine processes under watch: a stopped one is detected, a watchdog that was suspended itself kills nothing, and no engine outlives its lab.
import { english } from '../../engine/core/say.ts';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { alive, eventually, root, scratchFolder } from '../../../tests/support/program.ts';
import { startEngine, type EngineLink } from './engine-link.ts';

const home = scratchFolder();
const links: EngineLink[] = [];
afterEach(() => links.splice(0).forEach((link) => link.kill()));

/** An engine that has sent its first heartbeat, with a limit of `silent` ms from then on. */
async function watched(silent: number): Promise<{ link: EngineLink; pid: number; ended: () => string }> {
  let [patience, ended] = [60_000, ''];
  const link = startEngine({ patience: () => ({ silent: patience, idle: Infinity }) });
  links.push(link);
  link.onEnd((reason) => (ended = english(reason)));
  await new Promise<void>((resolve) => link.onMessage((message) => message.type === 'heartbeat' && resolve()));
  patience = silent;
  if (link.pid === undefined) throw new Error('an engine is expected');
  return { link, pid: link.pid, ended: () => ended };
}

const posix = process.platform !== 'win32';

describe('engine under watch', () => {
  it('is left alone by a watcher that was stopped itself for longer than its patience', async () => {
    const { pid, ended } = await watched(3000);
    // Like a debugger or a sleeping machine: this thread does nothing, while time and the engine continue.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4500);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([ended(), alive(pid)]).toEqual(['', true]);
  });

  it('is left alone by a wall clock that jumps', async () => {
    const { pid, ended } = await watched(3000);
    const real = Date.now;
    try {
      for (const jump of [3_600_000, -3_600_000]) {
        Date.now = () => real() + jump;
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
    } finally {
      Date.now = real;
    }
    expect([ended(), alive(pid)]).toEqual(['', true]);
  });

  it.runIf(posix)(
    'is found when it is stopped',
    async () => {
      const { pid, ended } = await watched(3000);
      process.kill(pid, 'SIGSTOP');
      await eventually('the verdict', () => ended() !== '');
      expect(ended()).toMatch(/^it sent no heartbeat for \d+ s$/);
      expect(alive(pid)).toBe(false);
    },
    30_000,
  );

  it.runIf(posix)(
    'gives signs while its main thread is busy, and ends with its lab even then',
    async () => {
      // A stand-in for a step of minutes: the real entry, whose main thread then computes for ever.
      const busy = join(home, 'busy.mjs');
      const entry = pathToFileURL(join(root, 'src/engine-host/main.ts')).href;
      writeFileSync(busy, `await import('${entry}'); for (;;) Math.sqrt(2);`);
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', busy, '4'], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const pulse = child.stdio[4];
      if (!pulse || !child.pid) throw new Error('a pulse is expected');
      let beats = 0;
      pulse.on('data', () => beats++);
      await eventually('three signs', () => beats >= 3);
      const gone = new Promise((resolve) => child.on('exit', resolve));
      pulse.destroy();
      await gone;
      expect(alive(child.pid)).toBe(false);
    },
    30_000,
  );
});
