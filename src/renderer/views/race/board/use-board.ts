// The run table's state: columns, rows and what is asked from the lab for them. Layout is the component's.
import { computed } from 'vue';
import { fieldLabel } from '../../../i18n/fields.ts';
import { t, type MessageKey } from '../../../i18n/index.ts';
import { lab } from '../../../services/lab.ts';
import { useLabStore } from '../../../stores/lab.ts';
import { useUiStore } from '../../../stores/ui.ts';
import { useRace } from '../race-context.ts';
import { useRaceViewStore } from '../view-store.ts';
import { boardRows } from './board-rows.ts';
import { allColumns, differingColumns, type SettingsColumn } from './settings-columns.ts';
import { useStoredAtStep } from './stored-at-step.ts';

const builtIn: Readonly<Record<string, MessageKey>> = {
  task: 'race.column.task',
  model: 'race.column.model',
  implementation: 'race.column.implementation',
  budget: 'race.column.budget',
  device: 'race.column.device',
  threads: 'race.column.threads',
};

/** Heading of a settings column: the short symbol where a field has one. */
export function columnLabel(column: SettingsColumn): string {
  const words = builtIn[column.id];
  if (words !== undefined) return t(words);
  return column.field?.symbol ?? columnTitle(column);
}

/** The full words, for tooltips. */
export function columnTitle(column: SettingsColumn): string {
  const words = builtIn[column.id];
  if (words !== undefined) return t(words);
  return column.field === null ? column.name : fieldLabel(column.owner ?? '', column.name, column.field);
}

export function useBoard() {
  const { groups, baseline } = useRace();
  const view = useRaceViewStore();
  const labStore = useLabStore();
  const ui = useUiStore();
  const runIds = computed(() => groups.value.flatMap((group) => group.runs.map((run) => run.id)));
  const wantedStep = computed(() => (view.summary === 'step' ? { step: view.atStep, runs: runIds.value } : null));
  const stored = useStoredAtStep(lab(), wantedStep, (thrown) => ui.showError(thrown));
  const specs = computed(() => groups.value.map((group) => group.first.spec));
  const every = computed(() => allColumns(specs.value, labStore.catalogue));
  const columns = computed(() => differingColumns(every.value, specs.value));
  const rows = computed(() =>
    boardRows(groups.value, {
      summary: view.summary,
      stored: stored.value,
      baseline: baseline.value,
      columns: columns.value,
      filter: view.filter,
      sort: view.sort,
      expanded: view.expanded,
      labelOf: columnLabel,
    }),
  );
  return { rows, columns, columnCount: computed(() => every.value.length) };
}
