// Names of the metrics of a run, as files, addresses and filters have them. Pure.

/**
 * `val/…` = of an evaluation during training; `train/loss/…` = what one of several targets adds to the training loss, at every step, before
 * its weight; `test/…` = of the test part, once at the end; `test/best/…` = the same by the weights of the lowest validation loss;
 * `model/…` = what the implementation tells of every step.
 */
export type MetricName = `val/${string}` | `train/loss/${string}` | `test/${string}` | ModelMetricName;
export type ModelMetricName = `model/${string}`;

/** What every task declares first: the quantity that training minimises. */
export const lossName = 'val/loss';

const pattern = /^(val|train\/loss|test|test\/best|model)\/[a-z0-9]+(-[a-z0-9]+)*$/;
export const isMetricName = (name: string): name is MetricName => pattern.test(name);

/** Of an evaluation during training: it has a best value, levels and goals. */
export const isEvaluated = (name: MetricName): boolean => name.startsWith('val/');

/** A single value at the end of a run: nothing to draw over time. */
export const isTested = (name: MetricName): boolean => name.startsWith('test/');

/** Told by the implementation, at every step. */
export const isOfModel = (name: string): name is ModelMetricName => name.startsWith('model/');

export const partOfLoss = (target: string): MetricName => `train/loss/${target}`;

/** Short form of a name, in addresses and for columns: `accuracy`, `train.loss.sum`. */
export const metricId = (name: MetricName): string =>
  isEvaluated(name) ? name.slice('val/'.length) : name.replaceAll('/', '.');

/** The name that has this short form; anything else is none that `isMetricName` knows. */
export const metricOfId = (id: string): MetricName =>
  /^(train|test|model)\./.test(id) ? (id.replaceAll('.', '/') as MetricName) : `val/${id}`;
