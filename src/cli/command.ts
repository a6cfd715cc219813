// What every command receives and returns. A command resolves to its exit code, and rejects with AppFailure for what a person can act on.
import type { Console } from './console.ts';

export type Command<Arguments extends readonly unknown[]> = (out: Console, ...args: Arguments) => Promise<number>;
