// Descriptions of the filter, the number of best and the labels in the current language.
import { lossName, type RunMetric } from '../../../../engine/spec/task-metrics.ts';
import { wordsIn } from '../../../../protocol/told/told.ts';
import type { Labels } from '../../../charts/choose-labels.ts';
import { formatInt } from '../../../format/numbers.ts';
import { locale, t, type MessageKey } from '../../../i18n/index.ts';
import { columnLabel, columnTitle } from '../board/column-words.ts';
import { settingText, type SettingsColumn } from '../board/settings-columns.ts';
import { hasBest, metricOfColumn } from '../board/sort-order.ts';
import type { Reason } from './chosen.ts';
import type { Operator, Problem, Quantity, Rule } from './filter.ts';
import { resultsFor } from './quantities.ts';
import { shortTitle } from '../metric-words.ts';

/** Turns the description of what a filter keeps into what it hides. */
const hides: Readonly<Record<Operator, MessageKey>> = {
  '>=': 'reading.rule.less',
  '>': 'reading.rule.atMost',
  '<=': 'reading.rule.more',
  '<': 'reading.rule.atLeast',
  '=': 'reading.rule.other',
  '!=': 'reading.rule.same',
};

/** `Learning rate` within a sentence: `learning rate`; a symbol stays as it is. */
const within = (title: string): string =>
  locale() === 'en' && /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

const isResult = (key: string): key is 'loss' => resultsFor([]).some((one) => one.key === key) || key === 'loss';

/** The full name of something a run can be compared by. */
export function quantityTitle(
  { key, title }: Pick<Quantity, 'key' | 'title'>,
  columns: readonly SettingsColumn[],
): string {
  if (title !== undefined) return wordsIn(locale(), title);
  const column = columns.find(({ id }) => id === key);
  if (column !== undefined) return columnTitle(column);
  return isResult(key) ? t(`reading.results.${key}`) : key;
}

const valueText = (text: string): string => {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : settingText(value);
};

function ruleWords({ term, quantity }: Rule, columns: readonly SettingsColumn[]): string {
  if (term.kind === 'words' || quantity === null) return t('reading.rule.words', { words: term.text });
  const name = within(quantityTitle(quantity, columns));
  return t(hides[term.operator], { name, value: term.values.map(valueText).join(t('reading.or')) });
}

interface Words {
  readonly columns: readonly SettingsColumn[];
  /** The column the table is sorted by. */
  readonly sorted: string;
  readonly metrics: readonly RunMetric[];
}

function reasonWords(reason: Reason, { columns, sorted, metrics }: Words): string {
  if (reason.kind === 'rule') return ruleWords(reason.rule, columns);
  if (reason.kind !== 'best') return t(`reading.rule.${reason.kind}`);
  return t('reading.rule.best', { n: formatInt(reason.best), column: within(sortTitle(sorted, metrics)) });
}

const sortTitles: Readonly<Record<string, MessageKey>> = {
  speed: 'reading.results.speed',
  ratio: 'reading.results.speed',
  memory: 'reading.results.memory',
  memoryRatio: 'reading.results.memory',
};

/** What "best" means when the table is sorted by a column. */
function sortTitle(column: string, metrics: readonly RunMetric[]): string {
  const metric = metricOfColumn(column, metrics);
  if (metric !== undefined && metric.name !== lossName) return shortTitle(metric);
  return t((hasBest(column, metrics) ? sortTitles[column] : undefined) ?? 'reading.results.loss');
}

/** `8 hidden: learning rate below 2e-3`; empty when all are shown. */
export function hiddenWords(
  reasons: readonly Reason[],
  columns: readonly SettingsColumn[],
  sorted: string,
  metrics: readonly RunMetric[],
): string {
  const n = formatInt(reasons.reduce((sum, { count }) => sum + count, 0));
  const words = reasons.map((reason) => {
    const text = reasonWords(reason, { columns, sorted, metrics });
    return reasons.length === 1 ? text : t('reading.rule.counted', { words: text, n: formatInt(reason.count) });
  });
  return words.length === 0 ? '' : t('reading.hidden', { n, reasons: words.join(', ') });
}

export function problemWords(
  { kind, term, what }: Problem,
  columns: readonly SettingsColumn[],
  metrics: readonly RunMetric[],
): string {
  if (kind === 'number') return t('reading.notNumber', { term: term.text, what });
  const names = [...columns.map((column) => columnLabel(column)), ...resultsFor(metrics).map(({ key }) => key)];
  return t('reading.unknownName', { what, names: names.join(', ') });
}

function namedWords({ best, selected, unnamed, tags }: Labels): string | null {
  const total = formatInt(tags.size + unnamed);
  if (unnamed === 0) return null;
  if (best > 0 && selected > 0)
    return t('reading.bothNamed', { best: formatInt(best), selected: formatInt(selected), total });
  return t(best > 0 ? 'reading.bestNamed' : 'reading.selectedNamed', { n: formatInt(best + selected), total });
}

/** The note in a chart's header about the labels of its lines; empty if all are shown in full. */
export function labelWords(labels: Labels): string {
  const leftOut = labels.shared.length > 0 ? t('reading.leftOut', { parts: labels.shared.join(' · ') }) : null;
  return [namedWords(labels), leftOut].filter((part) => part !== null).join(', ');
}
