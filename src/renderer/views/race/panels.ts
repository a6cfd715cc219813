// Which panels of the Race screen apply to the runs of a session, and which of them is shown. A panel that does not apply is not offered.
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { useRaceViewStore, type PanelId } from './view-store.ts';

export interface Panels {
  /** In the order of the switch; the charts always. */
  readonly offered: ComputedRef<readonly PanelId[]>;
  readonly shown: WritableComputedRef<PanelId>;
}

export function usePanels(): Panels {
  const view = useRaceViewStore();
  const offered = computed<readonly PanelId[]>(() => ['charts']);
  const shown = computed<PanelId>({
    get: () => (offered.value.includes(view.panel) ? view.panel : 'charts'),
    set: (next) => (view.panel = next),
  });
  return { offered, shown };
}
