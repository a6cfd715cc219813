// Reads mutated inputs for a time or a number: run.ts SECONDS INPUTS SEED, 0 = without that limit. Prints a line of JSON from time to time,
// so that the parent detects a hang, and one for every violation: anything but AppFailure, or more than two seconds. Input number i depends
// on the seed and i alone: run.ts 0 1 SEED i repeats it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choicesOf } from '../support/seeded.ts';
import type { Reader } from './reader.ts';
import { readersIn } from './readers.ts';

const [seconds = 0, inputs = 0, seed = 1, first = 0] = process.argv.slice(2).map(Number);
/** Processor time, not wall time, so that a busy machine does not matter. */
const longestSeconds = 2;

function report(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function pickWeighted(readers: readonly Reader[], below: (end: number) => number): Reader {
  let at = below(readers.reduce((sum, { weight }) => sum + weight, 0));
  for (const reader of readers) if ((at -= reader.weight) < 0) return reader;
  throw new Error('pickWeighted: a reader is required');
}

const folder = mkdtempSync(join(tmpdir(), 'minrnn-fuzz-'));
const readers = readersIn(folder);
const counts: Record<string, number> = Object.fromEntries(readers.map(({ name }) => [name, 0]));
const began = performance.now();
let broken = 0;
let told = began;
let i = first;
const isDone = (): boolean =>
  (inputs > 0 && i - first >= inputs) || (seconds > 0 && performance.now() - began > 1000 * seconds);

for (; !isDone(); i++) {
  // Neighbouring seeds give similar first numbers, so they are spread.
  const choose = choicesOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(i + 1, 0x85ebca6b));
  const reader = pickWeighted(readers, choose.below);
  const cpu = process.cpuUsage();
  try {
    await reader.once(choose);
    if ('polluted' in {}) throw new Error('an object of the input became the ancestor of all objects');
  } catch (error) {
    broken++;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report({ broken: reader.name, seed, input: i, why });
  }
  const { user, system } = process.cpuUsage(cpu);
  if (user + system > 1e6 * longestSeconds) {
    broken++;
    report({ broken: reader.name, seed, input: i, why: `took ${(user + system) / 1e6} s` });
  }
  counts[reader.name] = (counts[reader.name] ?? 0) + 1;
  if (performance.now() - told > 500) {
    told = performance.now();
    report({ read: i - first });
  }
  if (broken >= 20) break;
}
rmSync(folder, { recursive: true, force: true });
report({
  done: true,
  read: i - first,
  broken,
  seed,
  seconds: Math.round((performance.now() - began) / 100) / 10,
  counts,
});
