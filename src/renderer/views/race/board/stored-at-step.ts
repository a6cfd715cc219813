// Values of every run at one step, loaded from the lab, since the charts may be zoomed elsewhere. Independent of tables.
import { shallowRef, watch, type Ref } from 'vue';
import type { MetricName } from '../../../../engine/spec/task-metrics.ts';
import type { RunId } from '../../../../protocol/state.ts';
import type { LabClient } from '../../../../protocol/rpc.ts';
import type { StoredAtStep } from './summary.ts';

interface Wanted {
  readonly step: number;
  readonly runs: readonly RunId[];
  readonly metrics: readonly MetricName[];
}

/** The last stored value of each metric at or before `step` of each run; empty while not needed. */
export function useStoredAtStep(client: LabClient, wanted: Ref<Wanted | null>, onFailure: (thrown: unknown) => void) {
  const stored = shallowRef<ReadonlyMap<RunId, StoredAtStep>>(new Map());
  const at = async (metric: MetricName, { runs, step }: Wanted) => {
    const windows = await client.request('series/query', { runs, metric, x: 'step', from: null, to: step, columns: 1 });
    return new Map(windows.map((window) => [window.run, window.value[window.value.length - 1] ?? null]));
  };
  watch(
    wanted,
    async (next) => {
      if (next === null || next.runs.length === 0) return;
      try {
        const columns = await Promise.all(next.metrics.map((name) => at(name, next)));
        if (wanted.value !== next) return;
        const valuesOf = (run: RunId): StoredAtStep =>
          Object.fromEntries(next.metrics.map((name, i) => [name, columns[i]?.get(run) ?? null]));
        stored.value = new Map(next.runs.map((run) => [run, valuesOf(run)]));
      } catch (thrown) {
        onFailure(thrown);
      }
    },
    { immediate: true },
  );
  return stored;
}
