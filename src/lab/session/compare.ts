// Runs of several sessions side by side in one new session: settings, curves and results unchanged, under names that show their origin. The
// sources are only read; checkpoints and texts are not copied, so these runs cannot be resumed.
import { unwrap } from '../../engine/core/result.ts';
import { identitiesFor } from '../../engine/spec/identities.ts';
import { distinct } from '../../engine/spec/names.ts';
import { columnsOf, metricsOfRun } from '../../session/export/columns.ts';
import { sessionFiles, type SessionStore, type StoredRun } from '../../session/index.ts';
import { newRunId } from '../runs/run-names.ts';
import type { SessionLibrary } from './session-library.ts';
import { modelKinds } from '../race/starting-grid.ts';

/** Most points of one append. */
const mostPoints = 4096;

interface Source {
  readonly name: string;
  readonly store: SessionStore;
  readonly runs: readonly StoredRun[];
}

/** They are not running here, whatever their status in the source. */
const atRest = (intent: StoredRun['intent']): StoredRun['intent'] =>
  ['active', 'queued', 'paused'].includes(intent) ? 'stopped' : intent;

async function copyCurves(from: SessionStore, source: string, to: SessionStore, target: string): Promise<void> {
  for (const metric of await metricsOfRun(from, source)) {
    const all = await columnsOf(from, source, metric);
    for (let at = 0; at < all.step.length; at += mostPoints) {
      const part = <T>(values: readonly T[]): readonly T[] => values.slice(at, at + mostPoints);
      const { step, active, wall, value } = all;
      await to.appendMetrics(target, [
        { metric, step: part(step), active: part(active), wall: part(wall), value: part(value) },
      ]);
    }
  }
}

/** The initial runs of the new session: with their marks if free, else the next free ones of their model. */
function placed(sources: readonly Source[]): readonly (readonly StoredRun[])[] {
  const plain = sources.flatMap(({ runs }) => runs.map((run) => run.name));
  const repeated = new Set(plain.filter((name, at) => plain.indexOf(name) !== at));
  const wanted = sources.flatMap(({ name: session, runs }) =>
    runs.map(({ name }) => (repeated.has(name) ? `${name} · ${session}` : name)),
  );
  const names = distinct(wanted);
  const taken: number[] = [];
  let [at, firstVariant] = [0, 0];
  return sources.map(({ runs }) => {
    const identityOf = new Map<number, number>();
    for (const { variant, identity, spec } of runs) {
      if (identityOf.has(variant)) continue;
      const [next = identity] = identitiesFor([spec.model.kind], { models: modelKinds, taken });
      identityOf.set(variant, taken.includes(identity) ? next : identity);
      taken.push(identityOf.get(variant) ?? identity);
    }
    const moved = runs.map((run) => ({
      ...run,
      id: newRunId(),
      name: names[at++] ?? run.name,
      variant: firstVariant + run.variant,
      identity: identityOf.get(run.variant) ?? run.identity,
      intent: atRest(run.intent),
      forkedFrom: null,
    }));
    firstVariant += 1 + Math.max(-1, ...runs.map((run) => run.variant));
    return moved;
  });
}

/** Creates the session and returns its path. */
export async function compareSessions(library: SessionLibrary, paths: readonly string[]): Promise<string> {
  const sources: Source[] = [];
  try {
    for (const path of paths) {
      const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
      sources.push({ store, name: (await store.head()).name, runs: await store.runs() });
    }
    const name = sources
      .map((source) => source.name)
      .join(' + ')
      .slice(0, 200);
    const path = await library.freePath(name);
    const store = unwrap(await sessionFiles.create(path, { name, note: '', experiment: null, baseline: null }));
    try {
      const runs = placed(sources);
      await store.addRuns(runs.flat());
      for (const [at, source] of sources.entries())
        for (const [i, run] of source.runs.entries())
          await copyCurves(source.store, run.id, store, runs[at]?.[i]?.id ?? run.id);
    } finally {
      await store.close();
    }
    return path;
  } finally {
    for (const { store } of sources) await store.close();
  }
}
