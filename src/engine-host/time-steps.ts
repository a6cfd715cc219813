// How long a training step of a run takes on a device: a few of its steps are trained and thrown away.
import type { TaskData } from '../engine/data/labelled.ts';
import type { Device } from '../engine/device/device.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import type { PrepareRun, TrainingListener } from '../engine/training/training-run.ts';

/** A run on the device of its spec. */
interface Trial {
  readonly spec: RunSpec;
  readonly data: TaskData | null;
  readonly device: Device;
}

export interface Effort {
  /** Seconds of timed steps, after the first step, which compiles and warms up. At least one is timed. */
  readonly patience: number;
  readonly mostSteps: number;
  /** Seconds of the first step from which on no other is taken, and that one counts. */
  readonly hopeless: number;
}

export interface TimedSteps {
  /** The median. */
  readonly seconds: number;
  readonly steps: number;
}

const silent: TrainingListener = { metrics: () => undefined, checkpoint: () => undefined };

/** Null when the run cannot be built there or its numbers are not finite. */
export async function timeSteps(
  { spec, data, device }: Trial,
  prepare: PrepareRun,
  effort: Effort,
): Promise<TimedSteps | null> {
  const training = { ...spec.training, evaluateAtStart: false, evaluateEvery: 1_000_000, checkpointEvery: 86_400 };
  const budget = { unit: 'steps', amount: 1_000_000 } as const;
  const trial: RunSpec = { ...spec, training, budget };
  const prepared = await prepare({ spec: trial, data, device, listener: silent, resume: null });
  if (!prepared.ok) return null;
  const run = prepared.value;
  const times: number[] = [];
  try {
    const step = async (): Promise<boolean> => {
      const { outcome } = await run.slice({ seconds: 0, steps: 1 }, () => true);
      return outcome === 'slice';
    };
    const begun = performance.now();
    if (!(await step())) return null;
    const started = performance.now();
    if (started - begun > 1000 * effort.hopeless) return { seconds: (started - begun) / 1000, steps: 1 };
    while (times.length < effort.mostSteps && performance.now() - started < 1000 * effort.patience) {
      const before = performance.now();
      if (!(await step())) return null;
      times.push((performance.now() - before) / 1000);
    }
  } finally {
    await run.dispose();
  }
  const seconds = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  return seconds === undefined ? null : { seconds, steps: times.length };
}
