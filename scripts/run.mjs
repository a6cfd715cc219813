// Child processes for the scripts: inherited terminal, signals passed on, a time limit, and the exit code as a value.
import { spawn } from 'node:child_process';
import { root } from './fresh.mjs';

/**
 * Runs to the end; never rejects. `code` is the exit code (128 when ended by a signal or the limit, 127 when it did not start),
 * `output` what it printed when `capture` is set.
 */
export function run(command, args, { env = {}, seconds, capture = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    const limit = seconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, pass);
    // Ctrl+C reaches the child from the terminal; it decides when to end, and this process waits for it.
    const wait = () => undefined;
    process.on('SIGINT', wait);
    const end = (code) => {
      clearTimeout(limit);
      for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, pass);
      process.off('SIGINT', wait);
      resolve({ code, output });
    };
    child.on('error', (problem) => {
      output += problem.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 128));
  });
}
