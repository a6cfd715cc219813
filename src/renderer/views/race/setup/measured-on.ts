// Where the runs that have started were measured: what all have alike, and where they differ, which values and how many runs each. Pure.
import type { EnvironmentStamp } from '../../../../engine/spec/catalogue.ts';
import type { RunGroup } from '../run-groups.ts';

/** What makes figures comparable, in the order in which it is shown. Why a device was chosen, and when, does not. */
export const facets = ['cpu', 'device', 'module', 'threads', 'platform', 'version', 'exclusive'] as const;

export type Facet = (typeof facets)[number];

export interface Place {
  /** The commonest first. */
  readonly values: readonly { readonly value: string | number | boolean; readonly runs: readonly string[] }[];
}

/** Null before any run has started. */
export function measuredOn(groups: readonly RunGroup[]): Readonly<Record<Facet, Place>> | null {
  const stamped = groups.flatMap(({ runs }) =>
    runs.flatMap(({ name, environment }) => (environment === null ? [] : [{ name, environment }])),
  );
  if (stamped.length === 0) return null;
  const placeOf = (facet: Facet): Place => {
    const byValue = Map.groupBy(stamped, ({ environment }) => valueOf(environment, facet));
    const values = [...byValue].map(([value, all]) => ({ value, runs: all.map(({ name }) => name) }));
    return { values: values.toSorted((a, b) => b.runs.length - a.runs.length) };
  };
  return Object.fromEntries(facets.map((facet) => [facet, placeOf(facet)])) as Record<Facet, Place>;
}

function valueOf(stamp: EnvironmentStamp, facet: Facet): string | number | boolean {
  if (facet !== 'version') return stamp[facet];
  return stamp.commit === null ? stamp.version : `${stamp.version} (${stamp.commit.slice(0, 7)})`;
}
