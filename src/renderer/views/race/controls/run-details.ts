// The details of a run as labelled values from the lab's report. Independent of layout.
import type { Catalogue, EnvironmentStamp } from '../../../../engine/spec/catalogue.ts';
import type { Fields, FieldValue } from '../../../../engine/spec/fields.ts';
import { fallbackWords } from '../../../../engine/spec/fallbacks.ts';
import { memoryCheck } from '../../../../engine/spec/memory-check.ts';
import { bitsPerByte } from '../../../../engine/spec/metrics.ts';
import { lossName } from '../../../../engine/spec/task-metrics.ts';
import { shortHash, type TextUse } from '../../../../engine/spec/text-identity.ts';
import type { RunId, RunState } from '../../../../protocol/state.ts';
import { formatBytes } from '../../../format/bytes.ts';
import { checkText, growthText } from '../../../format/memory-words.ts';
import { formatDuration } from '../../../format/durations.ts';
import { formatInt, formatSetting, formatSi } from '../../../format/numbers.ts';
import { fieldLabel, taskTitle } from '../../../i18n/fields.ts';
import { languageTag, t } from '../../../i18n/index.ts';
import { told } from '../../../i18n/told.ts';
import { settingWords } from '../setting-words.ts';

export interface DetailSection {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

function measured(run: RunState): DetailSection {
  const { stepSeconds, facts } = run;
  const spread = stepSeconds
    ? `${formatDuration(stepSeconds.median)} (${formatDuration(stepSeconds.q1)} – ${formatDuration(stepSeconds.q3)})`
    : '–';
  return {
    title: t('race.measured'),
    rows: [
      [t('race.column.step'), formatInt(run.step)],
      [t('race.stepTime'), spread],
      ...perByte(run),
      [t('race.warmupTime'), formatDuration(run.warmupSeconds)],
      [t('race.activeTime'), formatDuration(run.activeSeconds)],
      [t('race.wallTime'), formatDuration(run.wallSeconds)],
      [t('race.plannedMemory'), formatBytes(facts?.memory.total)],
      ...growthRows(run),
      [t('race.peakMemory'), formatBytes(run.peakBytes)],
      [t('race.parameters'), formatInt(facts?.parameters)],
      [t('race.flopsPerToken'), formatSi(facts?.flopsPerToken)],
    ],
  };
}

/** Empty while there is no plan to check. */
function growthRows({ facts }: RunState): readonly (readonly [string, string])[] {
  if (facts === null) return [];
  const check = memoryCheck(facts);
  const growth = [t('memory.growth'), growthText(check)] as const;
  return check === null ? [growth] : [growth, [t('memory.check'), checkText(check)]];
}

/** Text tasks: the best loss and that of symbol frequencies, in bits per byte, which is comparable between characters, bytes and tokens. */
function perByte({ bests, facts }: RunState): readonly (readonly [string, string])[] {
  const value = bitsPerByte(bests[lossName]?.value, facts);
  const floor = bitsPerByte(facts?.metrics.find(({ name }) => name === lossName)?.chance, facts);
  if (floor === null) return [];
  return [
    [t('exports.bitsPerByte'), value === null ? '–' : value.toFixed(3)],
    [t('exports.bitsPerByteFloor'), floor.toFixed(3)],
  ];
}

const movedWords = ({ step, device, module }: NonNullable<EnvironmentStamp['movedFrom']>): string =>
  t('common.movedWords', { step: formatInt(step), from: `${device}, ${module}` });

function environment(run: RunState): DetailSection {
  const stamp = run.environment;
  const rows: readonly (readonly [string, string])[] = stamp
    ? [
        [t('common.device'), stamp.device],
        [t('race.module'), stamp.module],
        [t('race.threads'), String(stamp.threads)],
        ...(stamp.reason ? [[t('common.whyThisDevice'), told(stamp.reason)] as const] : []),
        ...(stamp.movedFrom ? [[t('common.movedFrom'), movedWords(stamp.movedFrom)] as const] : []),
        [t('race.timing'), t(stamp.exclusive ? 'race.exclusive' : 'race.contended')],
        [t('race.processor'), stamp.cpu],
        [t('race.system'), stamp.platform],
        [
          t('race.versions'),
          `${stamp.version}${stamp.commit ? ` (${stamp.commit.slice(0, 7)})` : ''}, Node ${stamp.node}`,
        ],
        [t('race.started'), new Date(stamp.started).toLocaleString(languageTag())],
      ]
    : [];
  return { title: t('race.measuredOn'), rows };
}

function settings(
  title: string,
  owner: string,
  values: Readonly<Record<string, FieldValue>>,
  fields: Fields | undefined,
): DetailSection {
  const rows = Object.entries(values).map(([name, value]): readonly [string, string] => {
    const field = fields?.[name];
    return [field ? fieldLabel(owner, name, field) : name, settingWords(owner, name, field, value)];
  });
  return { title, rows };
}

/** The text a run has learned, and any other it continued with. */
function textRows(uses: readonly TextUse[]): readonly (readonly [string, string])[] {
  const words = ({ text }: TextUse): string =>
    text === null
      ? t('common.textNotRecorded')
      : t('common.textWords', { name: text.name, bytes: formatBytes(text.bytes), hash: shortHash(text.sha256) });
  return uses.map((use, i) => [
    t('common.textLearnt'),
    i === 0 ? words(use) : t('common.textFrom', { step: formatInt(use.step), text: words(use) }),
  ]);
}

/** Empty for a run whose implementation computed every step. */
const fallbackRows = ({ fallbacks, spec, step }: RunState): readonly (readonly [string, string])[] =>
  fallbacks === undefined
    ? []
    : [[t('race.computedOtherwise'), told(fallbackWords(fallbacks, spec.model.implementation, step))]];

const originOf = (
  { run, step, weights }: NonNullable<RunState['forkedFrom']>,
  nameOf: (id: RunId) => string,
): string =>
  weights === undefined
    ? `${nameOf(run)}, ${t('race.atStep', { step: formatInt(step) })}`
    : t('fork.begins', { name: nameOf(run), file: weights.name, hash: shortHash(weights.sha256) });

/** `nameOf` returns the name of another run. */
export function detailSections(
  run: RunState,
  catalogue: Catalogue | null,
  nameOf: (id: RunId) => string,
): readonly DetailSection[] {
  const { spec } = run;
  const model = catalogue?.models.find((one) => one.kind === spec.model.kind);
  const task = catalogue?.tasks.find((one) => one.id === spec.task.id);
  const modelFields = { ...catalogue?.stack, ...model?.fields };
  const built = settings(
    `${model?.title ?? spec.model.kind}, ${spec.model.implementation}`,
    spec.model.kind,
    spec.model.fields,
    modelFields,
  );
  const trained = settings(t('race.training'), 'training', spec.training, catalogue?.training);
  const tested = settings(task ? taskTitle(task) : spec.task.id, spec.task.id, spec.task.fields, task?.fields);
  const extra: readonly (readonly [string, string])[] = [
    [t('race.seed'), String(spec.seed)],
    ...textRows(run.texts ?? []),
    ...run.rateChanges.map(
      ({ step, value }) =>
        [t('race.learningRate'), t('account.rateSet', { rate: formatSetting(value), step: formatInt(step) })] as const,
    ),
    ...fallbackRows(run),
    ...(run.forkedFrom ? [[t('race.forkedFrom'), originOf(run.forkedFrom, nameOf)] as const] : []),
    [
      t('race.checkpoints'),
      run.checkpoints.map(({ step, kind }) => `${formatInt(step)} ${t(`race.checkpoint.${kind}`)}`).join(', ') || '–',
    ],
  ];
  const sections = [measured(run), environment(run), built, trained, { ...tested, rows: [...tested.rows, ...extra] }];
  return sections.filter((section) => section.rows.length > 0);
}
