// What a forecast must beat to have learned something: guesses that need no training, judged on the same held-out data by the same measures.
import type { MetricKind } from './metrics.ts';

/** `mean` = always the mean of the training part; `last` = the last known value; `season` = the value of the season before. */
export const floorKinds = ['mean', 'last', 'season'] as const;
export type FloorKind = (typeof floorKinds)[number];

export interface Floor {
  readonly kind: FloorKind;
  /** In the unit of the loss. */
  readonly loss: number;
  /** Mean absolute error, in the unit of the data where that is one. */
  readonly absolute: number;
}

/** By the metric that it is compared with; null where that is another measure. */
export const floorIn = ({ loss, absolute }: Floor, metric: MetricKind): number | null =>
  metric === 'val/loss' || metric === 'train/loss' ? loss : metric.endsWith('/absolute-error') ? absolute : null;
