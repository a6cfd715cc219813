// Where runs of several sessions stand in one: which are seeds of one variant, their names and their looks. Pure; independent of files.
import { identitiesFor } from '../../engine/spec/identities.ts';
import { distinct, nameWithoutSeed } from '../../engine/spec/names.ts';
import type { StoredRun } from '../store.ts';

export interface Arriving {
  /** Place of its session among those that are merged. */
  readonly source: number;
  readonly run: StoredRun;
}

export type Place = Pick<StoredRun, 'name' | 'variant' | 'identity'>;

/** Runs that are seeds of one variant in the merged session. */
interface Group {
  /** All but the seed; null for runs that began with other weights, which no other run equals. */
  readonly key: string | null;
  readonly sources: Set<number>;
  readonly members: Arriving[];
  readonly identity: number;
}

function keyOf(members: readonly Arriving[]): string | null {
  const [first] = members;
  if (first === undefined || members.some(({ run }) => run.forkedFrom !== null)) return null;
  const { seed, ...settings } = first.run.spec;
  return JSON.stringify([nameWithoutSeed(first.run.name, seed), settings]);
}

const seedsOf = (members: readonly Arriving[]): readonly number[] => members.map(({ run }) => run.spec.seed);

/** Seeds of the same settings and name in different files are one variant, unless they have a seed in common. */
function joins(group: Group, key: string | null, source: number, members: readonly Arriving[]): boolean {
  if (key === null || group.key !== key || group.sources.has(source)) return false;
  const present = new Set(seedsOf(group.members));
  return !seedsOf(members).some((seed) => present.has(seed));
}

function groupsOf(arriving: readonly Arriving[], models: readonly string[]): readonly Group[] {
  const groups: Group[] = [];
  const taken: number[] = [];
  for (const members of Map.groupBy(arriving, ({ source, run }) => `${source} ${run.variant}`).values()) {
    const [first] = members;
    if (first === undefined) continue;
    const { source, run } = first;
    const key = keyOf(members);
    const known = groups.find((group) => joins(group, key, source, members));
    if (known !== undefined) {
      known.members.push(...members);
      known.sources.add(source);
      continue;
    }
    const [free = run.identity] = identitiesFor([run.spec.model.kind], { models, taken });
    const identity = taken.includes(run.identity) ? free : run.identity;
    taken.push(identity);
    groups.push({ key, sources: new Set([source]), members: [...members], identity });
  }
  return groups;
}

/**
 * A place for each run, in the given order. A name stays unless an earlier run has it: then a further seed of its variant adds its seed,
 * and any other run the name of its session.
 */
export function arrange(
  arriving: readonly Arriving[],
  sessions: readonly string[],
  models: readonly string[],
): readonly Place[] {
  const groupOf = new Map(
    groupsOf(arriving, models).flatMap((group, variant) =>
      group.members.map((member) => [member, { ...group, variant }] as const),
    ),
  );
  const used = new Set<string>();
  const wanted = arriving.map((one) => {
    const { run, source } = one;
    const several = (groupOf.get(one)?.sources.size ?? 1) > 1;
    const other = several ? `${run.name} · seed ${run.spec.seed}` : `${run.name} · ${sessions[source] ?? ''}`;
    const name = used.has(run.name) ? other : run.name;
    used.add(name);
    return name;
  });
  const names = distinct(wanted);
  return arriving.map((one, at) => ({
    name: names[at] ?? one.run.name,
    variant: groupOf.get(one)?.variant ?? 0,
    identity: groupOf.get(one)?.identity ?? one.run.identity,
  }));
}
