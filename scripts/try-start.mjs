// Checks that `npm start` works: starts it in the browser shell, loads the page, runs one race to its end over the page's own WebSocket,
// and ends it with Ctrl+C. For freshly installed machines: npm ci && npm run try:start
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { root } from './fresh.mjs';

/** Limits for a process that hangs. */
const mostSeconds = 600;
const home = mkdtempSync(join(tmpdir(), 'minrnn-start-'));
const spec = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'Does it start?',
  task: { id: 'selective-copy-v1', fields: { length: 16, memorise: 2, vocabulary: 6, evalSequences: 16 } },
  variants: ['minGru', 'lstm'].map((model) => ({ model, fields: { d: 8, layers: 1 } })),
  training: { batch: 8, evaluateEvery: 10 },
  budget: { unit: 'steps', amount: 40 },
};

function startLab() {
  const env = { ...process.env, MINRNN_HOME: home };
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const stdio = ['ignore', 'pipe', 'inherit'];
  return spawn(command, ['start', '--', '--browser'], {
    cwd: root,
    env,
    stdio,
    detached: process.platform !== 'win32',
  });
}

/** The address it prints for a person; every line is passed on. */
function addressFrom(lab) {
  return new Promise((resolve, reject) => {
    createInterface(lab.stdout).on('line', (line) => {
      console.log(line);
      const found = /http:\/\/\S+token=\S+/.exec(line);
      if (found) resolve(new URL(found[0]));
    });
    lab.on('exit', (code) => reject(new Error(`try-start: a lab that listens is required, got its end with ${code}`)));
  });
}

async function loadPage(address) {
  const answer = await fetch(address);
  const page = await answer.text();
  const script = /<script[^>]+src="([^"]+)"/.exec(page)?.[1];
  if (answer.status !== 200 || script === undefined)
    throw new Error(`try-start: the page is required, got ${answer.status}`);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
  const part = await fetch(new URL(script, address), { headers: { cookie } });
  if (part.status !== 200) throw new Error(`try-start: the page's script is required, got ${part.status}`);
}

async function connect(address) {
  const socket = new WebSocket(`ws://${address.host}/ws${address.search}`, { origin: address.origin });
  await once(socket, 'open');
  let last = 0;
  const waiting = new Map();
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    if (frame.type === 'reply') waiting.get(frame.id)?.resolve(frame.value);
    if (frame.type === 'error') waiting.get(frame.id)?.reject(new Error(frame.error.message));
  });
  const ask = (name, params) => {
    last += 1;
    const answer = Promise.withResolvers();
    waiting.set(last, answer);
    socket.send(JSON.stringify({ type: 'request', id: last, name, params }));
    return answer.promise;
  };
  return { ask, close: () => socket.close() };
}

async function raceToItsEnd({ ask }) {
  await ask('session/new', { name: spec.name });
  await ask('race/start', { spec });
  for (;;) {
    const { runs } = await ask('session/current', {});
    const bad = runs.find(({ status }) => status === 'failed' || status === 'interrupted' || status === 'diverged');
    if (bad) throw new Error(`try-start: ${bad.name} must finish, got ${bad.status}: ${bad.problem?.message}`);
    if (runs.every(({ status }) => status === 'finished')) return runs.map(({ name, step }) => `${name} ${step} steps`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const lab = startLab();
const impatient = setTimeout(() => {
  console.error(`try-start: it must be done within ${mostSeconds} s`);
  process.kill(-lab.pid, 'SIGKILL');
  process.exit(1);
}, mostSeconds * 1000);
const ended = once(lab, 'exit');
try {
  const address = await addressFrom(lab);
  await loadPage(address);
  const door = await connect(address);
  const runs = await raceToItsEnd(door);
  door.close();
  // Ctrl+C in a terminal reaches the whole group.
  process.kill(process.platform === 'win32' ? lab.pid : -lab.pid, 'SIGINT');
  await ended;
  console.log(`npm start: a page and a race that finished (${runs.join(', ')})`);
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
  if (lab.exitCode === null) process.kill(-lab.pid, 'SIGKILL');
} finally {
  clearTimeout(impatient);
  rmSync(home, { recursive: true, force: true });
}
