// Which runs are side by side on a panel: the first seed of each variant that is drawn, of one task, as many as can be read.
import { computed, type ComputedRef } from 'vue';
import type { RunState } from '../../../../protocol/state.ts';
import { useRace } from '../race-context.ts';
import { stableJson, type RunGroup } from '../run-groups.ts';

/** Most columns that are still readable side by side. */
const most = 8;

export interface PanelRuns {
  readonly runs: ComputedRef<readonly RunState[]>;
  /** Drawn variants that are not on the panel: too many, or of another task. */
  readonly left: ComputedRef<number>;
}

export function usePanelRuns(fits: (group: RunGroup) => boolean): PanelRuns {
  const { visible } = useRace();
  const fitting = computed(() => {
    const all = visible.value.filter(fits);
    const task = stableJson(all[0]?.first.spec.task);
    return all.filter(({ first }) => stableJson(first.spec.task) === task);
  });
  const runs = computed(() => fitting.value.slice(0, most).map(({ first }) => first));
  return { runs, left: computed(() => visible.value.length - runs.value.length) };
}
