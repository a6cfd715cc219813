// Requests to end: Ctrl+C, `kill`, a closed terminal or pipe. The first asks the command to finish cleanly, the second ends the program at
// once. The files on disk are complete either way.
import { constants } from 'node:os';
import { hearRequests } from '../../bin/signals.mjs';

export interface Interrupt {
  readonly happened: () => boolean;
  /** Resolves at the first request. */
  readonly asked: Promise<void>;
  /** The exit code: 128 plus the number of the first signal. */
  readonly code: () => number;
  /** Restores the default meaning of the signals. */
  release(): void;
}

const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
const listening = new Set<(signal: NodeJS.Signals) => void>();

/** The reader of the output is gone: counts as one request to end. False when no command listens. */
export function readerGone(): boolean {
  for (const ask of listening) ask('SIGPIPE');
  return listening.size > 0;
}

/** `tell` is called on the first request. */
export function onInterrupt(tell: () => void = () => undefined): Interrupt {
  const asked = Promise.withResolvers<void>();
  let first: NodeJS.Signals | null = null;
  const ask = (signal: NodeJS.Signals): void => {
    if (first !== null) return;
    first = signal;
    asked.resolve();
    tell();
  };
  listening.add(ask);
  const stopHearing = hearRequests((number, signal) => {
    if (number > 1) process.exit(codeOf(signal));
    ask(signal);
  });
  return {
    happened: () => first !== null,
    asked: asked.promise,
    code: () => codeOf(first ?? 'SIGINT'),
    release: () => {
      listening.delete(ask);
      stopHearing();
    },
  };
}
