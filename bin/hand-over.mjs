// Lets another Node binary take over: same terminal, same signals, same exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { passRequestsOn } from './signals.mjs';

/** Runs `args` with the binary `node` and ends this process as that one ended. */
export function handOver(node, args) {
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, MINRNN_HANDED_OVER: '1' },
  });
  passRequestsOn(child);
  child.on('error', (problem) => {
    console.error(`minrnn: the packaged Node at ${node} does not start: ${problem.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
