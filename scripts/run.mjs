// Child processes for the scripts: inherited terminal, signals passed on, a time limit, and the exit code as a value.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { passRequestsOn } from '../bin/signals.mjs';
import { root } from './fresh.mjs';

/**
 * Runs the child to its end; never rejects. `code` is the exit code (128 and its number when ended by a signal, 127 when it did not start),
 * `output` what it printed when `capture` is set. `program` = the child is this program, which takes several signals for one request.
 */
export function run(command, args, { env = {}, seconds, capture = false, program = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['inherit', 'inherit', 'inherit', ...(program ? ['ipc'] : [])],
    });
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    const limit = seconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    const stopPassing = program ? passRequestsOn(child) : passSignals(child);
    const end = (code) => {
      clearTimeout(limit);
      stopPassing();
      resolve({ code, output });
    };
    child.on('error', (problem) => {
      output += problem.message;
      end(127);
    });
    child.on('close', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function passSignals(child) {
  const pass = (signal) => child.kill(signal);
  // The terminal sends Ctrl+C to the child too; the child decides when to end, and this process waits for it.
  const wait = () => undefined;
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, pass);
  process.on('SIGINT', wait);
  return () => {
    for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, pass);
    process.off('SIGINT', wait);
  };
}
