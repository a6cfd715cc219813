// Turns planned runs into runs of a session, with ids, fixed looks and unique names. Pure except for the ids.
import { itemAt } from '../../engine/core/item.ts';
import { models } from '../../engine/models/registry.ts';
import { identitiesFor } from '../../engine/spec/identities.ts';
import { distinct } from '../../engine/spec/names.ts';
import type { PlannedRun } from '../../engine/spec/run-spec.ts';
import type { TextUse } from '../../engine/spec/text-identity.ts';
import type { StoredRun } from '../../session/store.ts';
import { newRunId } from '../runs/run-names.ts';

/** A run before its first step. */
export const beginning: StoredRun['cursor'] = {
  step: 0,
  activeSeconds: 0,
  wallSeconds: 0,
  learningRate: null,
  best: null,
  sinceBest: 0,
};

export const modelKinds: readonly string[] = Object.keys(models);

const after = (values: readonly number[]): number => 1 + Math.max(-1, ...values);

/** New runs after the existing ones, in grid order. Seeds of a variant share a look; the seed is part of the name if there are several. */
export function storedRuns(
  planned: readonly PlannedRun[],
  present: readonly StoredRun[],
  texts: readonly TextUse[],
): readonly StoredRun[] {
  const seeds = Map.groupBy(planned, (run) => run.variant);
  const firstVariant = after(present.map((run) => run.variant));
  const variants = [...seeds.values()];
  const taken = present.map((run) => run.identity);
  const identities = identitiesFor(
    variants.map(([run]) => run?.spec.model.kind ?? ''),
    { models: modelKinds, taken },
  );
  const identityOf = new Map([...seeds.keys()].map((variant, at) => [variant, itemAt(identities, at)]));
  const several = (run: PlannedRun): boolean => (seeds.get(run.variant)?.length ?? 0) > 1;
  const names = distinct(
    planned.map((run) => (several(run) ? `${run.name} · seed ${run.spec.seed}` : run.name)),
    present.map((run) => run.name),
  );
  return planned.map((run, i) => ({
    id: newRunId(),
    spec: run.spec,
    name: names[i] ?? run.name,
    variant: firstVariant + run.variant,
    identity: identityOf.get(run.variant) ?? 0,
    intent: 'queued',
    problem: null,
    cursor: beginning,
    facts: null,
    environment: null,
    stepSeconds: null,
    warmupSeconds: null,
    peakBytes: null,
    forkedFrom: null,
    note: '',
    tags: [],
    hidden: false,
    texts,
  }));
}
