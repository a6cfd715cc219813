// The real child process: frames both ways, its output in the log, a clean and a forced end.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { english } from '../engine/core/say.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Frame } from '../protocol/rpc.ts';
import { LabProcess, pauseAfter, spawnLab } from './lab-process.ts';
import { programPaths } from './paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-lab-'));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const echo = script(
  'echo.mjs',
  `console.log('lab is up');
   process.on('message', (frame) => {
     if (frame.name === 'die') process.exit(3);
     process.send({ type: 'reply', id: frame.id, value: frame.params });
   });
   process.on('disconnect', () => process.exit(0));`,
);
const stubborn = script(
  'stubborn.mjs',
  `process.on('disconnect', () => {}); setInterval(() => {}, 1000); process.on('message', () => {}); console.log('up');`,
);

const request = (id: number, name: string, params: unknown): Frame => ({ type: 'request', id, name, params }) as Frame;

async function until(what: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(what()).toBe(true), { timeout: 500_000, interval: 20 });
}

function keep(entry: string) {
  const frames: Frame[] = [];
  const connection: boolean[] = [];
  let output = '';
  const lab = new LabProcess({
    start: () => spawnLab({ node: process.execPath, entry, onOutput: (text) => (output += text) }),
    onFrame: (frame) => frames.push(frame),
    onConnection: (open) => connection.push(open),
    onGivenUp: () => connection.push(false),
  });
  return { lab, frames, connection, output: () => output };
}

describe('the lab process', () => {
  it('takes frames in order, even those sent before it is up, and starts again after its end', async () => {
    const { lab, frames, connection, output } = keep(echo);
    lab.send(request(1, 'a', { text: 'ü', list: [1, null] }));
    lab.start();
    lab.send(request(2, 'b', 2));
    await until(() => frames.length === 2);
    expect(frames).toEqual([
      { type: 'reply', id: 1, value: { text: 'ü', list: [1, null] } },
      { type: 'reply', id: 2, value: 2 },
    ]);
    expect(output()).toContain('lab is up');
    lab.send(request(3, 'die', null));
    await until(() => connection.length === 3);
    expect(connection).toEqual([true, false, true]);
    lab.send(request(4, 'c', 'again'));
    await until(() => frames.length === 3);
    await lab.stop(5000);
    expect(lab.isOpen()).toBe(false);
    lab.start();
    expect(lab.isOpen()).toBe(false);
  });

  it('is ended by force when it does not listen', async () => {
    const { lab, output } = keep(stubborn);
    lab.start();
    await until(() => output().includes('up'));
    // Otherwise it would run for ever.
    await lab.stop(200);
    expect(lab.isOpen()).toBe(false);
  });

  it('reports a binary that is not there as its end', async () => {
    const reasons: string[] = [];
    spawnLab({ node: join(folder, 'no-such-node'), entry: echo, onOutput: () => undefined }).onEnd((reason) =>
      reasons.push(english(reason)),
    );
    await until(() => reasons.length === 1);
    expect(reasons[0]).toContain('ENOENT');
  });

  it('is given longer pauses, up to eight seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 9].map(pauseAfter)).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
  });
});

describe('programPaths', () => {
  it('runs the sources of a checkout', () => {
    const paths = programPaths('/code', (path) => path.startsWith(join('/code', 'src')));
    expect(paths.lab).toBe(join('/code', 'src', 'lab', 'main.ts'));
    expect(paths.node).toBeNull();
  });

  it('looks beside the archive for what plain Node must read', () => {
    const paths = programPaths(join('/app', 'resources', 'app.asar'), (path) => path.includes('node_modules'));
    expect(paths.lab).toBe(join('/app', 'resources', 'app.asar.unpacked', 'out', 'lab', 'main.js'));
    expect(paths.node).toContain(join('app.asar.unpacked', 'node_modules'));
    expect(paths.renderer).toBe(join('/app', 'resources', 'app.asar', 'out', 'renderer'));
  });
});
