// What must hold for the files whatever happened: no promised data are missing, and no leftovers remain.
import { english } from '../../src/engine/core/say.ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inOrder, type MetricKind } from '../../src/engine/spec/metrics.ts';
import { unwrap } from '../../src/engine/core/result.ts';
import { sessionFiles, type SessionStore, type StoredRun } from '../../src/session/index.ts';
import type { Promises } from './ledger.ts';

/** Logged at every step, so the steps are the same. */
const everyStep = ['train/loss', 'train/gradient-norm', 'train/learning-rate'] as const;

async function stepsOf(store: SessionStore, run: string, metric: MetricKind): Promise<readonly number[]> {
  const [window] = await store.series({ runs: [run], metric, x: 'step', from: null, to: null, columns: 1_000_000 });
  return window?.step ?? [];
}

async function holesOf(store: SessionStore, run: StoredRun): Promise<readonly string[]> {
  const found: string[] = [];
  const loss = await stepsOf(store, run.id, 'train/loss');
  loss.forEach((step, i) => {
    const before = loss[i - 1];
    if (before !== undefined && step !== before + 1)
      found.push(`${run.name} train/loss jumps from ${before} to ${step}`);
  });
  for (const metric of everyStep) {
    const steps = await stepsOf(store, run.id, metric);
    if (steps.length > 0 && steps.join() !== loss.join())
      found.push(`${run.name} ${metric} has other steps than train/loss`);
  }
  for (const metric of inOrder(Object.keys(await store.lastValues(run.id)))) {
    const steps = await stepsOf(store, run.id, metric);
    if (steps.some((step, i) => i > 0 && step <= (steps[i - 1] ?? 0))) found.push(`${run.name} ${metric} goes back`);
  }
  if (run.forkedFrom !== null && (await store.checkpoint(run.id, 'latest')).ok === false) {
    found.push(`${run.name} is a fork without its checkpoint`);
  }
  return found;
}

async function missingOf(store: SessionStore, path: string, promises: Promises): Promise<readonly string[]> {
  const promise = promises.get(path);
  if (!promise) return [];
  const found: string[] = [];
  const note = Number((await store.head()).note || '0');
  if (note < promise.savedNote) found.push(`note ${promise.savedNote} was said to be saved, got ${note}`);
  const runs = new Set((await store.runs()).map((run) => run.id));
  for (const [run, steps] of promise.points) {
    if (!runs.has(run)) continue;
    const stored = new Set(await stepsOf(store, run, 'train/loss'));
    const missing = [...steps].filter((step) => !stored.has(step));
    if (missing.length > 0) found.push(`${run}: ${missing.length} announced points are missing, first ${missing[0]}`);
  }
  return found;
}

/** All violations in the sessions of `folder`, none of which is open. */
export async function brokenLaws(folder: string, promises: Promises): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.rnnlab'))) {
    const path = join(folder, name);
    const opened = await sessionFiles.open(path);
    if (!opened.ok || opened.value.readOnly) {
      found.push(`${name}: must open for writing, got ${opened.ok ? 'read-only' : english(opened.error.message)}`);
      if (opened.ok) await opened.value.close();
      continue;
    }
    const store = opened.value;
    const wrong = [...(await missingOf(store, path, promises))];
    for (const run of await store.runs()) wrong.push(...(await holesOf(store, run)));
    await store.close();
    wrong.push(...unwrap(await sessionFiles.check(path)).problems.map(english));
    found.push(...wrong.map((what) => `${name}: ${what}`));
  }
  const rubbish = readdirSync(folder).filter((name) => !name.endsWith('.rnnlab') && !name.endsWith('.csv'));
  return [...found, ...rubbish.map((name) => `${name} is left lying about`)];
}
