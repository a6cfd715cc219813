// What both pictures of the sweep show: axes, variants with their looks, which of them the filter keeps; and the effect of a brush: it
// writes the filter, or selects. Computed once for all of them.
import { computed, inject, provide, type InjectionKey } from 'vue';
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import { formatLoss, formatPercent, formatSetting, formatSi, formatTick } from '../../../format/numbers.ts';
import { useUiStore } from '../../../stores/ui.ts';
import type { BoardRow } from '../board/board-rows.ts';
import { columnLabel } from '../board/column-words.ts';
import { settingText } from '../board/settings-columns.ts';
import { useRace } from '../race-context.ts';
import { withComparisons } from '../reading/filter.ts';
import { quantityTitle } from '../reading/reading-words.ts';
import { useRaceViewStore } from '../view-store.ts';
import { brushOf, comparisonsOf, sweepAxes, type Stretch, type SweepAxis } from './sweep-axes.ts';

/** A value on an axis, in its own unit. */
export function axisText({ id, kind, metric }: SweepAxis, value: FieldValue | null): string {
  if (kind === 'setting' || typeof value !== 'number') return settingText(value);
  if (metric?.unit === 'share') return formatPercent(value / 100, Number.isInteger(value) ? 0 : 1);
  if (metric !== undefined) return formatLoss(value);
  if (id === 'speed') return formatSi(value);
  return id === 'loss' ? formatLoss(value) : formatSetting(Number(value.toPrecision(3)));
}

/** A loss, or a metric that is not a share. */
const isMeasured = ({ id, kind, metric }: SweepAxis): boolean =>
  kind === 'result' && (metric === undefined ? id === 'loss' : metric.unit !== 'share');

/** The same on the axis itself, with only the digits needed to distinguish marks. */
export const tickText = (axis: SweepAxis, value: FieldValue): string =>
  isMeasured(axis) && typeof value === 'number' ? formatTick(value) : axisText(axis, value);

/** Hover and selection of variants, shared with the curves. */
function touching() {
  const view = useRaceViewStore();
  const ui = useUiStore();
  const idsOf = (rows: readonly BoardRow[]) => rows.flatMap((row) => row.runs.map((run) => run.id));
  const isSelected = (row: BoardRow): boolean => row.runs.some((run) => ui.selection.has(run.id));
  const isHovered = (row: BoardRow): boolean => row.runs.some((run) => run.id === view.hovered);
  const hover = (row: BoardRow | null): void => {
    view.hovered = row?.runs[0]?.id ?? null;
  };
  const pick = (row: BoardRow): void => ui.select(isSelected(row) ? [] : idsOf([row]));
  /** `add` = in addition to those already selected. */
  const choose = (rows: readonly BoardRow[], add: boolean): void =>
    ui.select(add ? [...ui.selection, ...idsOf(rows)] : idsOf(rows));
  return { isSelected, isHovered, hover, pick, choose };
}

function makeSweep() {
  const { reading } = useRace();
  const view = useRaceViewStore();
  const rows = reading.ranked;
  const axes = computed(() => sweepAxes(reading.columns.value, columnLabel, rows.value, view.metrics));
  const kept = computed(() => new Set(reading.chosen.value.drawn.map(({ key }) => key)));
  const title = (axis: SweepAxis): string => quantityTitle(axis.quantity, reading.columns.value);
  const stretchOf = (axis: SweepAxis): Stretch | null => brushOf(axis, reading.filter.value.rules);
  /** null removes the brush. */
  const brush = (axis: SweepAxis, stretch: Stretch | null): void => {
    const comparisons = stretch === null ? [] : comparisonsOf(axis, stretch);
    view.filter = withComparisons(view.filter, axis.quantity, comparisons);
  };
  return { reading, rows, axes, kept, title, stretchOf, brush, ...touching() };
}

type Sweep = ReturnType<typeof makeSweep>;
const key: InjectionKey<Sweep> = Symbol('sweep');

export function provideSweep(): Sweep {
  const sweep = makeSweep();
  provide(key, sweep);
  return sweep;
}

export function useSweep(): Sweep {
  const sweep = inject(key);
  if (sweep === undefined) throw new Error('useSweep: must be called below SweepPanel');
  return sweep;
}
