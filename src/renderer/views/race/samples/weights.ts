// Which weights write: the current ones, the best, or a kept checkpoint. Pure except for its texts.
import type { LabParams } from '../../../../protocol/lab.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { formatInt } from '../../../format/numbers.ts';
import { t } from '../../../i18n/index.ts';

const keptSteps = (runs: readonly RunState[]): readonly number[] => {
  const kept = runs.flatMap((run) => run.checkpoints.filter(({ kind }) => kind === 'kept').map(({ step }) => step));
  return [...new Set(kept)].sort((a, b) => a - b);
};

export function weightChoices(
  runs: readonly RunState[],
): readonly { readonly value: string; readonly label: string }[] {
  const best = runs.some((run) => run.checkpoints.some(({ kind }) => kind === 'best'));
  return [
    { value: 'now', label: t('samples.weightsNow') },
    ...(best ? [{ value: 'best', label: t('samples.weightsBest') }] : []),
    ...keptSteps(runs).map((step) => ({ value: String(step), label: t('samples.atStep', { step: formatInt(step) }) })),
  ];
}

/** One request for each run that has such weights. */
export function checkpointRequests(
  runs: readonly RunState[],
  weights: string,
  wanted: Omit<LabParams<'run/sample'>, 'run' | 'step' | 'otherData'>,
): readonly LabParams<'run/sample'>[] {
  return runs.flatMap(({ id: run, checkpoints }) => {
    if (weights === 'now') return [{ run, ...wanted }];
    const found = checkpoints.find(({ kind, step }) =>
      weights === 'best' ? kind === 'best' : step === Number(weights),
    );
    return found === undefined ? [] : [{ run, ...wanted, step: found.step }];
  });
}
