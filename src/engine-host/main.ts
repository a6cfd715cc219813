// Entry of the engine process, one per run, a child of the lab with an IPC channel: main.ts [file descriptor for the pulse]. Ends when the channel
// closes, so no engine outlives its lab. Ctrl+C in a terminal reaches the whole group; the lab decides what becomes of the runs.
import { availableParallelism, cpus } from 'node:os';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import { prepareReader, prepareRun } from '../engine/training/prepare.ts';
import { threadsHere } from '../lab/experiments/catalogue.ts';
import { openData } from '../lab/data/task-data.ts';
import type { FromEngine, ToEngine } from '../protocol/engine.ts';
import { measureDevices } from './auto-device.ts';
import { chooseDevice } from './device-choice.ts';
import { EngineHost } from './host.ts';
import { peakBytes } from './peak-memory.ts';
import { Pulse } from './pulse.ts';

// Files created by this process are readable by their owner only.
process.umask(0o077);

const heartbeatMs = 1000;

function send(message: FromEngine): void {
  // Sending to a lab that is gone fails; `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));

const pulse = process.argv[2] === undefined ? null : new Pulse(Number(process.argv[2]));

/** A run that began on a machine with more cores continues with the cores of this one: results are bit-identical for any number of threads. */
const withThreadsHere = <O extends { readonly spec: RunSpec }>(options: O): O => {
  const { device } = options.spec;
  const threads = Math.min(device.threads, threadsHere().max);
  return { ...options, spec: { ...options.spec, device: { ...device, threads } } };
};

const host = new EngineHost({
  send,
  prepareRun: (options) => prepareRun(withThreadsHere(options)),
  prepareReader: (options) => prepareReader(withThreadsHere(options)),
  chooseDevice,
  openData,
  measureDevices: (spec, data, devices) => measureDevices({ spec, data, devices }, prepareRun, availableParallelism()),
  peakBytes,
  begun: 0,
  onSigns: (words) => pulse?.watch(words),
  machine: {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
  },
  // The callback runs when everything before it has been sent, so that no checkpoint is cut off.
  exit: () =>
    process.send?.({ type: 'heartbeat', peakBytes: peakBytes() }, undefined, undefined, () => process.exit(0)),
});
process.on('message', (message) => host.receive(message as ToEngine));
setInterval(() => {
  pulse?.beat();
  host.heartbeat();
}, heartbeatMs);
