// Ctrl+C: the first asks the command to end in order, the second ends the program at once. What is on disk is complete either way.
import { exitCodes } from './exit-codes.ts';

export interface Interrupt {
  readonly happened: () => boolean;
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  /** The signals have their usual meaning again. */
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

export function onInterrupt(): Interrupt {
  let count = 0;
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const listener = (): void => {
    count += 1;
    if (count > 1) process.exit(exitCodes.interrupted);
    ask();
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    happened: () => count > 0,
    asked,
    release: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
