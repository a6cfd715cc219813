// Requests to end: Ctrl+C, `kill`, a terminal or a reader that goes away. The first asks the command to end in order, the second ends the
// program at once. What is on disk is complete either way.
import { constants } from 'node:os';
import { hearRequests } from '../../bin/signals.mjs';

export interface Interrupt {
  readonly happened: () => boolean;
  /** Resolves at the first request. */
  readonly asked: Promise<void>;
  /** What the program ends with: 128 and the number of the signal that came first. */
  readonly code: () => number;
  /** The signals have their usual meaning again. */
  release(): void;
}

const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
const listening = new Set<(signal: NodeJS.Signals) => void>();

/** Whoever reads the output is gone: a request, once. False when no command would hear it. */
export function readerGone(): boolean {
  for (const ask of listening) ask('SIGPIPE');
  return listening.size > 0;
}

/** `tell` is called at the first request. */
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
