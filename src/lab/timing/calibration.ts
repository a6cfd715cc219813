// A short measurement of a device that has not been used yet, as a basis for the first time estimates. A separate engine process trains a
// small model for less than a second.
import { usualDevice } from '../../engine/device/registry.ts';
import { expandExperiment } from '../../engine/spec/expand.ts';
import type { DeviceChoice, ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { RunFacts } from '../../engine/spec/metrics.ts';
import { afterAwake } from '../engines/awake.ts';
import { catalogueWith } from '../experiments/catalogue.ts';
import type { EngineLink, LinkOptions } from '../engines/engine-link.ts';
import { EngineRun } from '../engines/engine-run.ts';
import type { Measurements } from './measurements.ts';

const seconds = 0.7;
/** Includes the start of the process; on a slower machine the speed stays unknown. */
const longestMs = 8000;

const experiment = (device: DeviceChoice): ExperimentSpec => ({
  format: 'minrnn-experiment',
  version: 1,
  name: 'calibration',
  task: { id: 'selective-copy-v1', fields: { length: 64, memorise: 4 } },
  variants: [{ model: 'minGru' }],
  training: { batch: 16, evaluateAtStart: false, evaluateEvery: 1_000_000, checkpointEvery: 86_400 },
  budget: { unit: 'steps', amount: 1_000_000 },
  device,
});

interface Shown {
  readonly facts: RunFacts;
  readonly stepSeconds: number;
}

const nothingBefore = { resume: null, chosen: null, shows: false } as const;

/** Measures and records; for an unusable device the speed stays unknown. */
export async function calibrate(
  device: DeviceChoice,
  start: (options: LinkOptions) => EngineLink,
  measurements: Measurements,
): Promise<void> {
  const [planned] = expandExperiment(experiment(device), catalogueWith([]));
  if (!planned) return;
  const asked = Promise.withResolvers<Shown | null>();
  let facts: RunFacts | null = null;
  let stepSeconds: number | null = null;
  const give = (): void => asked.resolve(facts !== null && stepSeconds !== null ? { facts, stepSeconds } : null);
  const engine = new EngineRun(start, {
    ready: (message) => {
      facts = message.facts;
      engine.send({ type: 'grant', seconds, steps: null });
    },
    progress: (message) => (stepSeconds = message.stepSeconds?.median ?? null),
    // A loaded machine may not finish the ten steady steps in one slice.
    slice: () => (stepSeconds === null ? engine.send({ type: 'grant', seconds, steps: null }) : give()),
    metrics: () => undefined,
    checkpoint: () => undefined,
    heartbeat: () => undefined,
    failed: give,
    lost: give,
  });
  const callOff = afterAwake(longestMs, give);
  engine.send({
    type: 'prepare',
    spec: planned.spec,
    version: '',
    commit: null,
    exclusive: true,
    data: null,
    ...nothingBefore,
    devices: [usualDevice],
  });
  const shown = await asked.promise;
  callOff();
  await engine.kill();
  if (shown !== null) await measurements.record(planned.spec, shown.facts, shown.stepSeconds);
}
