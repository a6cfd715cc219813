// Where the started runs were measured: common properties, and for differing ones the values with the number of runs. Pure.
import type { EnvironmentStamp } from '../../../../engine/spec/catalogue.ts';
import type { RunGroup } from '../run-groups.ts';

/** Properties that affect comparability, in display order. Why and when a device was chosen does not matter. */
export const facets = ['cpu', 'device', 'module', 'threads', 'platform', 'version', 'exclusive'] as const;

export type Facet = (typeof facets)[number];

export interface Place {
  /** Most frequent first. */
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
