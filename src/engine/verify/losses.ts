// Losses of one small training run on a device, and how far those of two devices may differ.
// Independent of devices and the test runner.
import { itemAt } from '../core/item.ts';
import { english } from '../core/say.ts';
import type { Device, StorageName } from '../device/device.ts';
import type { ModelKind } from '../models/registry.ts';
import type { FieldValues } from '../spec/fields.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { prepareRun } from '../training/prepare.ts';
import { smallSpec } from './small-run.ts';

export interface LossRun {
  readonly device: Device;
  readonly model: ModelKind;
  /** Implementation of the model; fused unless said otherwise. */
  readonly implementation?: string;
  /** Steps of AdamW; 50 unless said otherwise. */
  readonly steps?: number;
  /** How the device stores activations; f32 unless said otherwise. */
  readonly storage?: StorageName;
  /** Wide enough that activations count as large, and with a rate of 0.003 instead of 0.002. */
  readonly large?: boolean;
  /** Fields of the network that differ from two layers with dropout. */
  readonly fields?: FieldValues;
}

/**
 * Tolerance for float32 with another order of sums, after 50 steps of AdamW at a rate of 0.002: relative, absolute below a loss of 1. Of it, all
 * models use at most 0.02 (TensorFlow.js in WebAssembly against cpu), and a rate that is wrong by 0.1 % takes 0.77 to 14 times it, by 1 % 7.7
 * times or more. At higher rates a run says less of a device: in float64, one rounding of the rate moves the losses of mLSTM 80 times as far at
 * 0.003 as at 0.002, so that devices differ there by 0.5 to 1.5 times the tolerance, and by 8e-2 at 0.01.
 */
export const lossDrift = 2e-4;

/**
 * The same where one of the devices stores activations in 16 bits, for large runs, at a rate of 0.003: measured 3e-5 to 7e-4, most with LSTM.
 * (At 0.01 the loss of LSTM begins to jump after 35 steps, and such runs diverge from each other after any small difference.)
 */
export const halfLossDrift = 2e-3;

/**
 * Trains two layers with dropout on selective copying, evaluating every 10 steps, and returns the losses of all steps, then those
 * of all evaluations. Throws when the run cannot be prepared or does not finish.
 */
export async function lossesOf(run: LossRun): Promise<number[]> {
  const { device, model } = run;
  const spec = specOf(run);
  const found = new Map<string, number[]>();
  const listener = {
    metrics: (columns: readonly { metric: string; value: readonly (number | null)[] }[]) => {
      for (const { metric, value } of columns) {
        if (!metric.endsWith('/loss')) continue;
        found.set(metric, [...(found.get(metric) ?? []), ...value.map((loss) => loss ?? NaN)]);
      }
    },
    checkpoint: () => undefined,
  };
  const prepared = await prepareRun({ spec, data: '', device, listener, resume: null });
  if (!prepared.ok) throw new Error(english(prepared.error.message));
  const { outcome } = await prepared.value.slice({ seconds: 600, steps: null }, () => false);
  await prepared.value.dispose();
  if (outcome !== 'finished') throw new Error(`losses of ${model} on ${device.kind}: must finish, got ${outcome}`);
  return [...(found.get('train/loss') ?? []), ...(found.get('val/loss') ?? [])];
}

function specOf({ device, model, implementation, steps = 50, storage = 'f32', large, fields = {} }: LossRun): RunSpec {
  const spec = smallSpec({
    model,
    ...(implementation === undefined ? {} : { implementation }),
    device: device.kind,
    budget: { unit: 'steps', amount: steps },
    fields: { layers: 2, dropout: 0.1, ...(large ? { d: 16 } : {}), ...fields },
    taskFields: large ? { evalSequences: 32 } : {},
    training: { evaluateEvery: 10, learningRate: large ? 3e-3 : 2e-3, ...(large ? { batch: 32 } : {}) },
  });
  return storage === 'f32' ? spec : { ...spec, device: { ...spec.device, storage } };
}

/** The largest distance between two lists of losses as a multiple of what `drift` allows; infinite if one is missing or not a number. */
export function lossDistance(got: readonly number[], want: readonly number[], drift = lossDrift): number {
  if (got.length !== want.length) return Infinity;
  return want.reduce((largest, loss, i) => {
    const distance = Math.abs(itemAt(got, i) - loss) / (drift * Math.max(1, Math.abs(loss)));
    return Number.isNaN(distance) ? Infinity : Math.max(largest, distance);
  }, 0);
}
