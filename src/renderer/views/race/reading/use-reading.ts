// Which runs the Race screen shows, in which order and with which look. Charts, table and sweep all use this, so that a run is the same in
// each of them.
import { computed, type ComputedRef } from 'vue';
import type { RunId } from '../../../../protocol/state.ts';
import { identityOf, type Look } from '../../../identity/identity.ts';
import { t } from '../../../i18n/index.ts';
import { lab } from '../../../services/lab.ts';
import { useLabStore } from '../../../stores/lab.ts';
import { useUiStore } from '../../../stores/ui.ts';
import { rankedRows, type BoardRow, type BoardView } from '../board/board-rows.ts';
import { columnLabel } from '../board/column-words.ts';
import { allColumns, differingColumns, type SettingsColumn } from '../board/settings-columns.ts';
import { useStoredAtStep } from '../board/stored-at-step.ts';
import { groupBySetting, type RunGroup } from '../run-groups.ts';
import { useRaceViewStore } from '../view-store.ts';
import { chooseRuns, type Chosen } from './chosen.ts';
import { parseFilter, type Filter, type Quantity } from './filter.ts';
import { carriersOf, looksOf, specsOf, type Carriers } from './looks.ts';
import { filterRow, quantitiesOf } from './quantities.ts';
import { settingName } from './setting-name.ts';

export interface Reading {
  /** All settings of the runs, and those that differ. */
  readonly every: ComputedRef<readonly SettingsColumn[]>;
  readonly columns: ComputedRef<readonly SettingsColumn[]>;
  readonly view: ComputedRef<BoardView>;
  /** One row per variant, best first, shown or not. */
  readonly ranked: ComputedRef<readonly BoardRow[]>;
  readonly quantities: ComputedRef<readonly Quantity[]>;
  readonly filter: ComputedRef<Filter>;
  readonly chosen: ComputedRef<Chosen>;
  /** Rows of the table and lines of the charts, best first. */
  readonly listed: ComputedRef<readonly RunGroup[]>;
  readonly drawn: ComputedRef<readonly RunGroup[]>;
  readonly carriers: ComputedRef<Carriers>;
  readonly lookOf: (run: RunId) => Look;
}

type Groups = ComputedRef<readonly RunGroup[]>;

function useRanking(groups: Groups, baseline: ComputedRef<RunGroup | null>) {
  const view = useRaceViewStore();
  const labStore = useLabStore();
  const ui = useUiStore();
  const runIds = computed(() => groups.value.flatMap((group) => group.runs.map((run) => run.id)));
  const wantedStep = computed(() =>
    view.summary === 'step'
      ? { step: view.atStep, runs: runIds.value, metrics: view.metrics.map(({ name }) => name) }
      : null,
  );
  const stored = useStoredAtStep(lab(), wantedStep, (thrown) => ui.showError(thrown));
  const specs = computed(() => specsOf(groups.value));
  const every = computed(() => allColumns(specs.value, labStore.catalogue, (family) => t(`picker.family.${family}`)));
  const columns = computed(() => differingColumns(every.value, specs.value));
  const boardView = computed<BoardView>(() => ({
    metrics: view.metrics,
    summary: view.summary,
    stored: stored.value,
    baseline: baseline.value,
    columns: columns.value,
    sort: view.sort,
    expanded: view.expanded,
  }));
  const ranked = computed(() => rankedRows(groups.value, boardView.value));
  return { every, columns, view: boardView, ranked };
}

function useChosen(ranked: ComputedRef<readonly BoardRow[]>, columns: ComputedRef<readonly SettingsColumn[]>) {
  const view = useRaceViewStore();
  const quantities = computed(() => quantitiesOf(view.metrics, columns.value, columnLabel));
  const filter = computed(() => parseFilter(view.filter, quantities.value));
  const byGroup = computed(() => new Map(ranked.value.map((row) => [row.key, row])));
  const chosen = computed(() =>
    chooseRuns(
      ranked.value.map(({ group }) => group),
      {
        rules: filter.value.rules,
        best: view.best,
        solo: view.solo,
        rowOf: (group, run) => {
          const row = byGroup.value.get(group.key);
          return row === undefined ? { text: run.name, values: {} } : filterRow(row, run, columns.value, view.metrics);
        },
      },
    ),
  );
  const column = computed(() => columns.value.find(({ id }) => id === view.groupBy) ?? null);
  const grouped = (groups: readonly RunGroup[]): readonly RunGroup[] => {
    const by = column.value;
    return by === null ? groups : groupBySetting(groups, by.valueOf, (value) => settingName(by, value));
  };
  const listed = computed(() => grouped(chosen.value.listed));
  const drawn = computed(() => grouped(chosen.value.drawn));
  return { quantities, filter, chosen, listed, drawn };
}

export function useReading(groups: Groups, baseline: ComputedRef<RunGroup | null>): Reading {
  const view = useRaceViewStore();
  const labStore = useLabStore();
  const ranking = useRanking(groups, baseline);
  const carriers = computed(() => carriersOf(view, groups.value, ranking.columns.value));
  const looks = computed(() => looksOf(groups.value, carriers.value, labStore.catalogue));
  const lookOf = (run: RunId): Look => looks.value.get(run) ?? identityOf(0);
  return { ...ranking, ...useChosen(ranking.ranked, ranking.columns), carriers, lookOf };
}
