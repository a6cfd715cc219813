// Requests to end, with real processes in a real process group: a launcher, the program and its engines. One request counts once, however
// many signals it causes; training runs are saved; a second request ends the program at once.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { sessionFiles } from '../src/session/index.ts';
import { tinyRace } from './support/experiments.ts';
import { Gate } from './support/gate.ts';
import { alive, eventually, root, scratchFolder, writeJson } from './support/program.ts';

const home = scratchFolder();
const file = writeJson(home, 'race.json', tinyRace(3000, { training: { batch: 8, checkpointEvery: 86_400 } }));
// The launcher's hand-over, here to the current Node.
const launcher = join(home, 'launcher.mjs');
const imported = pathToFileURL(join(root, 'bin/hand-over.mjs')).href;
writeFileSync(
  launcher,
  `import { handOver } from '${imported}'; handOver(process.execPath, [...process.execArgv, ...process.argv.slice(2)]);`,
);

interface Group {
  /** Process id of the launcher; negated, of the whole group. */
  readonly launcher: number;
  readonly session: string;
  readonly gate: Gate;
  out(): string;
  err(): string;
  closeOutput(): void;
  readonly ended: Promise<number | null>;
  engines(): readonly number[];
}

/** A race behind a launcher, in a process group of its own, that has trained a step and waits at the gate. */
async function raceInGroup(name: string): Promise<Group> {
  const session = join(home, `${name}.rnnlab`);
  const gate = new Gate(home);
  const args = [launcher, join(root, 'bin/minrnn.mjs'), 'race', file, '--session', session, '--json'];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: { ...process.env, MINRNN_HOME: home, ...gate.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('a process is expected');
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group is gone.
    }
  });
  await gate.reached();
  const engines = (): number[] =>
    descendants(pid)
      .filter(({ command }) => command.includes('engine-host'))
      .map((one) => one.pid);
  return {
    launcher: pid,
    session,
    gate,
    out: () => out,
    err: () => err,
    closeOutput: () => child.stdout.destroy(),
    ended,
    engines,
  };
}

/** Every process below one, from /proc. */
function descendants(of: number): readonly { readonly pid: number; readonly command: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = all.filter(
    (pid) =>
      read(pid, 'stat')
        .replace(/^.*\) . /s, '')
        .split(' ')[0] === String(of),
  );
  return children.flatMap((pid) => [{ pid, command: read(pid, 'cmdline') }, ...descendants(pid)]);
}

/** Empty for a process that is gone. */
function read(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

async function savedStep(session: string): Promise<number> {
  const store = unwrap(await sessionFiles.open(session, { readOnly: true }));
  const [run] = await store.runs();
  const step = unwrap(await store.checkpoint(run?.id ?? '', 'latest')).cursor.step;
  await store.close();
  return step;
}

const posix = describe.runIf(process.platform === 'linux');

posix('a request to end', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s to the whole group is one, and saves', async (signal) => {
    const group = await raceInGroup(`group-${signal}`);
    process.kill(-group.launcher, signal);
    expect(await group.ended).toBe({ SIGTERM: 143, SIGHUP: 129, SIGINT: 130 }[signal]);
    expect(group.out()).toContain('"type":"end"');
    expect(await savedStep(group.session)).toBeGreaterThan(0);
  });

  it('to the launcher alone reaches the program', async () => {
    const group = await raceInGroup('launcher');
    process.kill(group.launcher, 'SIGTERM');
    expect(await group.ended).toBe(143);
    expect(await savedStep(group.session)).toBeGreaterThan(0);
  });

  it('by a terminal that closes: output that fails and two signals are one', async () => {
    const group = await raceInGroup('hangup');
    group.closeOutput();
    process.kill(-group.launcher, 'SIGHUP');
    process.kill(-group.launcher, 'SIGHUP');
    expect([129, 141]).toContain(await group.ended);
    expect(await savedStep(group.session)).toBeGreaterThan(0);
  });

  it('by a reader that goes away saves as well', async () => {
    const group = await raceInGroup('reader');
    group.closeOutput();
    group.gate.open();
    expect(await group.ended).toBe(141);
    expect(await savedStep(group.session)).toBeGreaterThan(0);
  });

  it('a second one ends the program at once, and its engines with it', async () => {
    const group = await raceInGroup('twice');
    const engines = group.engines();
    expect(engines.length).toBeGreaterThan(0);
    // Engines that do not answer block a clean shutdown.
    for (const pid of engines) process.kill(pid, 'SIGSTOP');
    process.kill(-group.launcher, 'SIGTERM');
    await eventually('the first is heard', () => group.err().includes('Once more'));
    const again = setInterval(() => process.kill(-group.launcher, 'SIGTERM'), 400);
    expect(await group.ended.finally(() => clearInterval(again))).toBe(143);
    expect(group.out()).not.toContain('"type":"end"');
    for (const pid of engines) process.kill(pid, 'SIGCONT');
    await eventually('no engine stays', () => !engines.some(alive));
  });
});
