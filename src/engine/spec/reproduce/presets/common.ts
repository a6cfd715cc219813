// What the presets of one article share: its name, and experiments with everything stated that the source states. Pure.
import { asIs, say, type Message } from '../../../core/say.ts';
import type { ExperimentSpec, VariantSpec } from '../../run-spec.ts';
import type { Arm, Part, Setting } from '../preset.ts';

export const theArticle = 'Feng et al. 2024, Were RNNs All We Needed?, arXiv 2410.01201 v3';

/** Amounts that a size changes. */
export interface Amounts {
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seeds: readonly number[];
}

export interface Stated {
  readonly name: string;
  readonly task: ExperimentSpec['task'];
  readonly variants: readonly VariantSpec[];
  readonly training?: Readonly<Record<string, string | number | boolean>>;
  readonly match?: ExperimentSpec['match'];
  /** Evaluations in a run, the first one aside. */
  readonly evaluations?: number;
}

export function experimentOf(
  { name, task, variants, training, match, evaluations = 10 }: Stated,
  amounts: Amounts,
): ExperimentSpec {
  const { steps, batch, learningRate, seeds } = amounts;
  return {
    format: 'minrnn-experiment',
    version: 1,
    name,
    task,
    variants,
    training: { batch, learningRate, evaluateEvery: Math.max(1, Math.round(steps / evaluations)), ...training },
    seeds,
    budget: { unit: 'steps', amount: steps },
    mode: 'queue',
    ...(match === undefined ? {} : { match }),
  };
}

export const stated = (title: Message, at: string, value: Setting['value'], choice?: Message): Setting => ({
  title,
  at,
  value,
  ...(choice === undefined ? {} : { choice }),
});

/** The variant of an arm stands under its name. */
export const variantOf = ({ name }: Pick<Arm, 'name'>, model: string, fields: VariantSpec['fields']): VariantSpec => ({
  name,
  model,
  ...(fields === undefined ? {} : { fields }),
});

export const betterThan = (a: string, b: string): Part => ({
  kind: 'better',
  says: say`${asIs(a)} is better than ${asIs(b)}.`,
  a,
  b,
});

/** In points of a share. */
export const keepsUp = (a: string, b: string): Part => ({
  kind: 'not-behind',
  says: say`${asIs(a)} is not more than 2 points behind ${asIs(b)}.`,
  a,
  b,
  by: 0.02,
});

/** A share, in per cent of the symbols. */
export const getsRight = (a: string, x: number): Part => ({
  kind: 'reaches',
  says: say`${asIs(a)} gets ${Math.round(100 * x)} % of the symbols right.`,
  a,
  x,
});

export const endTogether = (a: string, b: string, delta: number): Part => ({
  kind: 'equals',
  says: say`${asIs(a)} and ${asIs(b)} end within ${delta} nats of each other.`,
  a,
  b,
  delta,
});
