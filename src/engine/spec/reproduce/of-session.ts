// The document of a reproduction from the runs of a session. Pure.
import { asIs, say, type Message } from '../../core/say.ts';
import type { EnvironmentStamp } from '../catalogue.ts';
import type { RunFacts } from '../metrics.ts';
import type { ExperimentSpec } from '../run-spec.ts';
import type { Document } from './document.ts';
import { outcomeOf } from './outcome.ts';
import type { Preset, SizeName } from './preset.ts';
import { resultsOf, runsOf, type RanRun } from './results.ts';
import { compared } from './settings.ts';

interface Ran extends RanRun {
  readonly facts: RunFacts | null;
  readonly environment: EnvironmentStamp | null;
  readonly activeSeconds: number;
}

const machine = ({ cpu, device, module, version, commit }: EnvironmentStamp): Message => ({
  pattern: '{0}',
  values: [asIs([cpu, device, module, version, ...(commit === null ? [] : [commit.slice(0, 10)])].join(', '))],
});

/** Null before any of its runs has begun: what its metric is called and compared with is known from then on. */
export function documentOf(
  preset: Preset,
  size: SizeName,
  runs: readonly Ran[],
  experiments: readonly ExperimentSpec[],
): Document | null {
  const mine = runsOf(runs, experiments).map(({ run }) => run);
  const metric = mine.flatMap(({ facts }) => facts?.metrics ?? []).find(({ name }) => name === preset.metric);
  if (metric === undefined) return null;
  const stamp = mine.find(({ environment }) => environment !== null)?.environment ?? null;
  const minutes = mine.reduce((sum, run) => sum + run.activeSeconds, 0) / 60;
  return {
    preset,
    size,
    metric,
    outcome: outcomeOf(preset, resultsOf(runs, preset, size), metric),
    settings: compared(preset, experiments),
    circumstances: [
      ...(stamp === null ? [] : [machine(stamp)]),
      say`${mine.length} runs, ${Number(minutes.toFixed(1))} minutes of training.`,
    ],
  };
}
