// Parquet files are read in a thread of their own with limited time and memory: a damaged one can keep the package busy for ever, and must not
// stop the lab.
import { Worker } from 'node:worker_threads';
import type { Result } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { wordsOf } from '../../engine/core/system-words.ts';
import type { TableSet } from '../../engine/data/table.ts';
import { damaged } from './parquet-columns.ts';

const mark = 'PAR1';
export const looksLikeParquet = (bytes: Uint8Array): boolean =>
  [...mark].every((letter, at) => bytes[at] === letter.charCodeAt(0));

/** Far more than the largest allowed table takes. */
const longestSeconds = 300;
const mostMegabytes = 4096;

export function readParquet(name: string, bytes: Uint8Array, seconds = longestSeconds): Promise<Result<TableSet>> {
  const thread = new Worker(new URL('./parquet-thread.ts', import.meta.url), {
    name: 'parquet',
    workerData: { name, bytes },
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  });
  return new Promise((resolve) => {
    const end = (result: Result<TableSet>): void => {
      clearTimeout(timer);
      resolve(result);
      void thread.terminate();
    };
    const timer = setTimeout(() => end(damaged(name, say`reading it does not end`)), 1000 * seconds);
    thread.once('message', end);
    thread.once('error', (error) => end(damaged(name, asIs(wordsOf(error)))));
  });
}
