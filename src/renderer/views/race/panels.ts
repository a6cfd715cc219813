// Which panels of the Race screen apply to the runs of a session, and which of them is shown. A panel that does not apply is not offered.
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import type { RaceContext } from './race-context.ts';
import { specsOf, valuesOf } from './reading/looks.ts';
import { useRaceViewStore, type PanelId } from './view-store.ts';

export interface Panels {
  /** In the order of the switch; the charts always. */
  readonly offered: ComputedRef<readonly PanelId[]>;
  readonly shown: WritableComputedRef<PanelId>;
}

/** In the order of the switch. */
const panelIds: readonly PanelId[] = ['charts', 'compare', 'sweep', 'samples', 'examples'];

/** With fewer variants than this a sweep panel is not needed. */
const FEWEST_OF_SWEEP = 3;

export function usePanels({ groups, reading }: Pick<RaceContext, 'groups' | 'reading'>): Panels {
  const view = useRaceViewStore();
  const sweeps = computed(() => {
    const specs = specsOf(groups.value);
    const varies = reading.columns.value.some((column) => valuesOf(column, specs).length > 1);
    return varies && groups.value.length >= FEWEST_OF_SWEEP;
  });
  const writes = computed(() => groups.value.some(({ first }) => first.spec.task.id === 'char-text-v1'));
  const offered = computed<readonly PanelId[]>(() => {
    const applies: Readonly<Record<PanelId, boolean>> = {
      charts: true,
      // One run says nothing of another.
      compare: groups.value.length > 1 && groups.value.some(({ runs }) => runs.length > 1),
      sweep: sweeps.value,
      samples: writes.value,
      examples: groups.value.length > 0,
    };
    return panelIds.filter((panel) => applies[panel]);
  });
  const shown = computed<PanelId>({
    get: () => (offered.value.includes(view.panel) ? view.panel : 'charts'),
    set: (next) => (view.panel = next),
  });
  return { offered, shown };
}
