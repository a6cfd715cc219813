// What a reader of untrusted input is to the fuzzer, and the stored corpus its inputs are made from.
import { english } from '../../src/engine/core/say.ts';
import { readFileSync, readdirSync } from 'node:fs';
import type { Result } from '../../src/engine/core/result.ts';
import type { Choices } from '../support/seeded.ts';

export interface Reader {
  readonly name: string;
  /** Relative frequency; slow readers are rare. */
  readonly weight: number;
  /** Makes one input and reads it. */
  readonly once: (choose: Choices) => void | Promise<void>;
}

const corpus = new URL('../corpus/', import.meta.url);
export const stored = (folder: string): Buffer[] =>
  readdirSync(new URL(`${folder}/`, corpus))
    .toSorted()
    .map((name) => readFileSync(new URL(`${folder}/${name}`, corpus)));
export const storedJson = (folder: string): unknown[] =>
  stored(folder).map((bytes) => JSON.parse(bytes.toString()) as unknown);

/** An answer or a refusal with a message is fine; a refusal with code `bug`, or without a message, is not. */
export function settled(result: Result<unknown>): void {
  if (!result.ok && (result.error.code === 'bug' || english(result.error.message) === ''))
    throw new Error(`refused as ${result.error.code}`);
}
