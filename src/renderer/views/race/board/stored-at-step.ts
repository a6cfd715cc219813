// Values of every run at one step, loaded from the lab, since the charts may be zoomed elsewhere. Independent of tables.
import { shallowRef, watch, type Ref } from 'vue';
import type { RunId } from '../../../../protocol/state.ts';
import type { LabClient } from '../../../../protocol/rpc.ts';
import type { StoredAtStep } from './summary.ts';

/** The last stored validation loss and accuracy at or before `step` of each run; empty while not needed. */
export function useStoredAtStep(
  client: LabClient,
  wanted: Ref<{ readonly step: number; readonly runs: readonly RunId[] } | null>,
  onFailure: (thrown: unknown) => void,
) {
  const stored = shallowRef<ReadonlyMap<RunId, StoredAtStep>>(new Map());
  const at = async (metric: 'val/loss' | 'val/accuracy', runs: readonly RunId[], step: number) => {
    const windows = await client.request('series/query', { runs, metric, x: 'step', from: null, to: step, columns: 1 });
    return new Map(windows.map((window) => [window.run, window.value[window.value.length - 1] ?? null]));
  };
  watch(
    wanted,
    async (next) => {
      if (next === null || next.runs.length === 0) return;
      try {
        const { runs, step } = next;
        const [loss, accuracy] = await Promise.all([at('val/loss', runs, step), at('val/accuracy', runs, step)]);
        if (wanted.value !== next) return;
        const valueOf = (run: RunId): StoredAtStep => ({
          loss: loss.get(run) ?? null,
          accuracy: accuracy.get(run) ?? null,
        });
        stored.value = new Map(runs.map((run) => [run, valueOf(run)]));
      } catch (thrown) {
        onFailure(thrown);
      }
    },
    { immediate: true },
  );
  return stored;
}
