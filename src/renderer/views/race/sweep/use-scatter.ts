// What the scatter shows: its two axes, and its colour: that of the curves, or of a second setting with its own legend.
import { computed, type ComputedRef } from 'vue';
import { t } from '../../../i18n/index.ts';
import { useLabStore } from '../../../stores/lab.ts';
import type { Look } from '../../../identity/identity.ts';
import type { BoardRow } from '../board/board-rows.ts';
import { useRace } from '../race-context.ts';
import { colourLegend } from '../reading/legends.ts';
import { valueLooks, specsOf } from '../reading/looks.ts';
import { useRaceViewStore } from '../view-store.ts';
import type { SweepAxis } from './sweep-axes.ts';
import type { useSweep } from './use-sweep.ts';

type Sweep = Pick<ReturnType<typeof useSweep>, 'reading' | 'axes' | 'title'>;
/** The colour that the curves have. */
const OWN = 'auto';

const named = (list: readonly SweepAxis[], id: string | undefined): SweepAxis | undefined =>
  list.find((axis) => axis.id === id);

function useColour({ reading }: Sweep) {
  const view = useRaceViewStore();
  const labStore = useLabStore();
  const { groups } = useRace();
  const column = computed(() => reading.columns.value.find(({ id }) => id === view.scatterColour) ?? null);
  const looks = computed(() => column.value && valueLooks(column.value, specsOf(groups.value), labStore.catalogue));
  const legend = computed(
    () =>
      column.value && colourLegend(column.value, { all: groups.value, drawn: reading.drawn.value }, labStore.catalogue),
  );
  const lookOf = (row: BoardRow): Look => {
    const own = reading.lookOf(row.key);
    const value = column.value?.valueOf(row.group.first.spec) ?? null;
    return looks.value === null ? own : { ...own, colour: looks.value(value).colour };
  };
  return { column, legend, lookOf };
}

function useAxes({ reading, axes }: Sweep) {
  const view = useRaceViewStore();
  const settings = computed(() => axes.value.filter(({ kind }) => kind === 'setting'));
  const results = computed(() => axes.value.filter(({ kind }) => kind === 'result'));
  /** A person's choice while it exists; else the setting shown by colour, and the loss. */
  const across = computed(
    () =>
      named(settings.value, view.across) ??
      named(settings.value, reading.carriers.value.colour?.id) ??
      settings.value[0],
  );
  const up = computed(() => named(results.value, view.up) ?? results.value[0]);
  return { settings, results, across, up };
}

export function useScatter(sweep: Sweep) {
  const view = useRaceViewStore();
  const { settings, results, across, up } = useAxes(sweep);
  const { column, legend, lookOf } = useColour(sweep);
  const options = (list: readonly SweepAxis[]) => list.map((axis) => ({ value: axis.id, label: sweep.title(axis) }));
  const colourOptions = computed(() => [{ value: OWN, label: t('reading.asCurves') }, ...options(settings.value)]);
  const chosen = (now: ComputedRef<string>, set: (id: string) => void) => computed({ get: () => now.value, set });
  return {
    ...{ across, up, legend, lookOf, colourOptions },
    acrossOptions: computed(() => options(settings.value)),
    upOptions: computed(() => options(results.value)),
    acrossId: chosen(
      computed(() => across.value?.id ?? ''),
      (id) => (view.across = id),
    ),
    upId: chosen(
      computed(() => up.value?.id ?? ''),
      (id) => (view.up = id),
    ),
    colourId: chosen(
      computed(() => column.value?.id ?? OWN),
      (id) => (view.scatterColour = id),
    ),
    /** Columns of its table: axes and colour. */
    tableAxes: computed(() => {
      const shade = named(settings.value, column.value?.id);
      const own = [across.value, up.value].filter((axis) => axis !== undefined);
      return shade === undefined || own.includes(shade) ? own : [...own, shade];
    }),
  };
}
