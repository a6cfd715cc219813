// What an experiment says about a sweep: which settings take which values, how trials are chosen, and which of them go on. Plain data.
import type { FieldValue } from '../fields.ts';
import type { ExperimentSpec } from '../run-spec.ts';

/** `grid` = every combination; `random` = drawn; `halving` = drawn, and only the best of each rung go on (ASHA). */
export const sweepMethods = ['grid', 'random', 'halving'] as const;
export type SweepMethod = (typeof sweepMethods)[number];

/** A list to choose from, or a range: evenly spread, or evenly over orders of magnitude. A grid takes `count` values of a range. */
export type SweepRange =
  | readonly FieldValue[]
  | { readonly uniform: readonly [number, number]; readonly count?: number }
  | { readonly log: readonly [number, number]; readonly count?: number };

export interface SweepSpec {
  readonly version: 1;
  readonly method: SweepMethod;
  /** Settings of the models or of training, by name. */
  readonly space: Readonly<Record<string, SweepRange>>;
  /** Trials of each variant, or a number for each of them. A grid has as many as combinations. */
  readonly trials?: number | readonly number[];
  /** Where drawing begins: equal files draw equal trials. */
  readonly seed?: number;
  /** Most training steps of all runs together, in equal shares for the variants. */
  readonly steps?: number;
  /** Short name of the metric that decides: `accuracy`. */
  readonly metric?: string;
  /** One in so many goes on. */
  readonly eta?: number;
  /** Steps of the lowest rung. */
  readonly minimum?: number;
}

export interface SweepExperiment extends ExperimentSpec {
  readonly sweep: SweepSpec;
}

export const usualSweep = { seed: 1, metric: 'loss', eta: 3 } as const;

export const isSweep = (spec: ExperimentSpec): spec is SweepExperiment => spec.sweep !== undefined;
