// The pictures of a race for a report made without a window: the charts the Race screen begins with, with the same words and looks, from
// the stored session. Pure but for reading the store.
import { itemAt } from '../../../engine/core/item.ts';
import { AppFailure } from '../../../engine/core/result.ts';
import { say } from '../../../engine/core/say.ts';
import { identityOf } from '../../../engine/spec/look.ts';
import { memoryParts, memoryPartsOf } from '../../../engine/spec/memory-parts.ts';
import type { MetricKind, RunFacts, XAxis } from '../../../engine/spec/metrics.ts';
import {
  inUnit,
  isEvaluated,
  isTested,
  lossName,
  metricsOf,
  type RunMetric,
} from '../../../engine/spec/task-metrics.ts';
import { linearTicks } from '../../../engine/spec/scale.ts';
import { meanOf, medianOf } from '../../../engine/spec/statistics/sample.ts';
import { timeParts, totalOf, workedIn, type TimeAccount, type TimePart } from '../../../engine/spec/time-account.ts';
import { fileName } from '../../../protocol/file-name.ts';
import type { ReportPicture, RunState, SessionState } from '../../../protocol/state.ts';
import type { SessionStore } from '../../../session/index.ts';
import { programVersion } from '../../files/program.ts';
import { axisOfBudget, racedGroups } from '../../race/race-result.ts';
import { drawBars, type BarPart } from './bars.ts';
import { drawLines, type LinePicture, type PictureLine } from './lines.ts';
import { documentWords, type PictureWords } from '../document-words.ts';
import { settingsOf } from '../run-table.ts';
import type { UiLanguage } from '../../../protocol/ipc.ts';
import { wordsIn } from '../../../protocol/told/told.ts';
import type { ExportFile, ExportSource } from '../source.ts';
import { drawSweep, sweptSettings, type SweptVariant } from './sweep-picture.ts';
import { shortNumber, theme } from './sheet.ts';

/** What all pictures of one report share. */
interface Sheet {
  readonly words: PictureWords;
  /** The line at the foot. */
  readonly source: string;
}

type Group = ReturnType<typeof racedGroups>[number];
type Store = Pick<SessionStore, 'series'>;

interface Chart extends Pick<LinePicture, 'title' | 'unit' | 'logY' | 'fromZero' | 'formatY'> {
  readonly metric: MetricKind;
  readonly guide: (facts: RunFacts) => number | null;
}

const plain = { logY: true, fromZero: false, formatY: shortNumber, guide: () => null } as const;

/** The loss, every other metric of the tasks, the speed. */
const chartsOf = (metrics: readonly RunMetric[], words: PictureWords, language: UiLanguage): readonly Chart[] => [
  { ...plain, ...words.loss, metric: lossName },
  ...metrics
    .filter(({ name }) => name !== lossName && !isTested(name))
    .map((metric) => metricChart(metric, words, language)),
  { ...plain, ...words.speed, metric: 'speed/tokens' },
];

const metricChart = (metric: RunMetric, words: PictureWords, language: UiLanguage): Chart => ({
  metric: metric.name,
  title: wordsIn(language, metric.title),
  unit: unitLine(metric, isEvaluated(metric.name) ? words.heldOut : words.perStep),
  logY: false,
  fromZero: metric.unit === 'share',
  formatY: (value) =>
    metric.unit === 'share' ? `${Number(inUnit(metric, value).toPrecision(3))} %` : shortNumber(value),
  guide: ({ metrics }) => metrics.find(({ name }) => name === metric.name)?.chance ?? null,
});

const unitLine = ({ unit }: RunMetric, where: string): string =>
  unit === 'share' || unit === '' ? where : `${unit}, ${where}`;

/** Parts of a run whose median speed is drawn. */
const speedParts = 24;

interface Place {
  readonly x: number[];
  readonly y: number[];
}

/** Stored points of the seeds put together by step, or, for speeds, by equal parts of the run. */
async function lineOf({ name, runs }: Group, metric: MetricKind, x: XAxis, store: Store): Promise<PictureLine> {
  const query = { runs: runs.map(({ id }) => id), metric, x, from: null, to: null, columns: Number.MAX_SAFE_INTEGER };
  const windows = await store.series(query);
  const last = Math.max(1, ...windows.map(({ step }) => step.at(-1) ?? 0));
  const places = new Map<number, Place>();
  for (const { step, x: xs, value } of windows) {
    step.forEach((at, i) => {
      const key = metric === 'speed/tokens' ? Math.min(speedParts - 1, Math.floor((at / last) * speedParts)) : at;
      const place = places.get(key) ?? { x: [], y: [] };
      places.set(key, place);
      place.x.push(itemAt(xs, i));
      place.y.push(itemAt(value, i) ?? NaN);
    });
  }
  const sorted = [...places].sort(([a], [b]) => a - b).map(([, place]) => place);
  const middle = metric === 'speed/tokens' ? middleOf : meanOf;
  const several = metric !== 'speed/tokens' && windows.filter(({ step }) => step.length > 0).length > 1;
  return {
    name,
    look: identityOf(runs[0]?.identity ?? 0),
    x: sorted.map((place) => meanOf(place.x)),
    y: sorted.map(({ y }) => finite(middle(y))),
    band: several ? sorted.map(({ y }) => [Math.min(...y), Math.max(...y)] as const) : null,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Of the finite values; NaN where there is none. */
function middleOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? NaN : medianOf(known);
}
/** The level all runs share; none when they disagree. */
function guidesOf(groups: readonly Group[], { guide, formatY }: Chart, words: PictureWords): LinePicture['guides'] {
  const levels = groups.flatMap(({ runs }) => runs.flatMap(({ facts }) => (facts === null ? [] : [guide(facts)])));
  const [level] = levels;
  if (level === undefined || level === null || levels.some((one) => one !== level)) return [];
  return [{ y: level, label: words.chance(formatY(level)) }];
}

const mebibyte = 2 ** 20;
const mebibytes = (bytes: number): string => String(Number((bytes / mebibyte).toPrecision(3)));

function memoryPicture(groups: readonly Group[], baseline: string | null, { words, source }: Sheet): string {
  const planOf = ({ runs }: Group) => runs.find(({ facts }) => facts !== null)?.facts?.memory ?? null;
  const base = groups.find(({ runs }) => runs.some(({ id }) => id === baseline));
  const baseTotal = base === undefined ? undefined : planOf(base)?.total;
  const rows = groups
    .map((group) => ({ name: group.name, plan: planOf(group) }))
    .sort((a, b) => (b.plan?.total ?? -1) - (a.plan?.total ?? -1));
  const most = Math.max(1024, ...rows.map(({ plan }) => plan?.total ?? 0));
  return drawBars(
    {
      title: words.memory.title,
      unit: words.memory.unit,
      parts: memoryParts.map((part, at): BarPart => ({
        words: words.memory.parts[part],
        tone: theme.memory[at] ?? theme.text,
      })),
      rows: rows.map(({ name, plan }) => ({
        name,
        values: plan && memoryPartsOf(plan).map(({ bytes }) => bytes),
        cells:
          plan === null
            ? ['–']
            : [mebibytes(plan.total), ...(baseTotal === undefined ? [] : [`${(plan.total / baseTotal).toFixed(2)}×`])],
      })),
      ticks: linearTicks(0, most / mebibyte, 5).map((at) => ({ at: at * mebibyte, text: shortNumber(at) })),
    },
    source,
  );
}

const timeTones: Readonly<Record<TimePart, string | null>> = {
  training: theme.memory[0],
  disturbed: theme.warn,
  evaluation: theme.memory[1],
  data: theme.memory[2],
  checkpoint: theme.memory[3],
  warmup: theme.memoryWarm,
  preparation: theme.memory[4],
  waiting: null,
};

/** Mean over the seeds that keep an account. */
function accountOf(runs: readonly RunState[]): TimeAccount | null {
  const accounts = runs.flatMap(({ time }) => (time === null ? [] : [time]));
  if (accounts.length === 0) return null;
  const parts = timeParts.map((part) => [part, meanOf(accounts.map((account) => account[part]))] as const);
  return Object.fromEntries(parts) as Record<TimePart, number>;
}

function timePicture(groups: readonly Group[], { words, source }: Sheet): string {
  const rows = groups.map(({ name, runs }) => ({ name, account: accountOf(runs) }));
  const most = Math.max(1e-3, ...rows.map(({ account }) => (account === null ? 0 : totalOf(account))));
  return drawBars(
    {
      title: words.time.title,
      unit: words.time.unit,
      parts: timeParts.map((part): BarPart => ({ words: words.time.parts[part], tone: timeTones[part] })),
      rows: rows.map(({ name, account }) => ({
        name,
        values: account && timeParts.map((part) => account[part]),
        cells:
          account === null
            ? [words.time.none]
            : [
                words.seconds(account.training.toFixed(1)),
                ...(workedIn(account) > 0 ? [`${Math.round((100 * account.training) / workedIn(account))} %`] : []),
              ],
      })),
      ticks: linearTicks(0, most, 5).map((at) => ({ at, text: words.seconds(shortNumber(at)) })),
    },
    source,
  );
}

/** Most pictures of a sweep; with more settings the first ones are drawn. */
const mostSwept = 4;

/** A variant is represented by the median of its seeds. */
function sweepPictures(groups: readonly Group[], { words, source }: Sheet): readonly ReportPicture[] {
  const variants = groups.flatMap(({ name, runs }): SweptVariant[] => {
    const [first] = runs;
    if (first === undefined) return [];
    const best = middleOf(runs.flatMap((run) => run.bests[lossName]?.value ?? []));
    return [{ name, look: identityOf(first.identity), settings: settingsOf(first.spec), best: finite(best) }];
  });
  return sweptSettings(variants)
    .slice(0, mostSwept)
    .map((setting) => ({ title: words.sweepOf(setting), svg: drawSweep(variants, setting, source, words) }));
}

/** Nothing if nothing has been prepared yet. */
export async function racePictures({
  states: runs,
  session: { name, baseline },
  store,
  language,
}: Pick<ExportSource, 'states' | 'language'> & {
  readonly session: Pick<SessionState, 'name' | 'baseline'>;
  readonly store: Store;
}): Promise<readonly ReportPicture[]> {
  const day = dayOf(runs);
  const words = documentWords[language].pictures;
  const source = `minRNN Lab ${programVersion()} · ${words.session(name)}${day === '' ? '' : ` · ${day}`}`;
  const sheet = { words, source };
  const groups = racedGroups(runs.filter(({ facts }) => facts !== null));
  const [first] = groups[0]?.runs ?? [];
  if (first === undefined) return [];
  const axis = axisOfBudget(first.spec.budget);
  const drawn: ReportPicture[] = [];
  for (const chart of chartsOf(metricsOf(runs), words, language)) {
    const lines: PictureLine[] = [];
    for (const group of groups) lines.push(await lineOf(group, chart.metric, axis, store));
    if (lines.every(({ x }) => x.length === 0) && chart.metric !== lossName) continue;
    const guides = guidesOf(groups, chart, words);
    const picture = { ...chart, lines, guides, xName: words.axes[axis], words };
    drawn.push({ title: chart.title, svg: drawLines(picture, source) });
  }
  return [
    ...drawn,
    ...sweepPictures(groups, sheet),
    { title: words.memory.title, svg: memoryPicture(groups, baseline, sheet) },
    { title: words.time.title, svg: timePicture(groups, sheet) },
  ];
}

/** When the last of them was started; empty when none was. */
export const dayOf = (runs: readonly RunState[]): string => {
  const started = runs.map((run) => run.environment?.started ?? '').toSorted();
  return started.at(-1)?.slice(0, 10) ?? '';
};

/** Each separately, named after its title. */
export async function pictureFiles(source: ExportSource): Promise<readonly ExportFile[]> {
  const all = await racePictures(source);
  if (all.length === 0) {
    throw new AppFailure({
      code: 'not-found',
      message: say`export: none of the runs has been prepared yet, so there is nothing to draw`,
      cure: say`Let a run begin.`,
    });
  }
  return all.map(({ title, svg }) => ({ suffix: fileName(title).toLowerCase().replaceAll(' ', '-'), data: svg }));
}
