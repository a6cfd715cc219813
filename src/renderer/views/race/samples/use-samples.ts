// The samples of the runs on the panel: stored samples, which are shown, and requests for more. Texts are fetched one by one and kept.
import { onBeforeUnmount, shallowRef, watch, type ComputedRef } from 'vue';
import { AppFailure } from '../../../../engine/core/result.ts';
import type { LabParams } from '../../../../protocol/lab.ts';
import type { RunId, RunState, Sample, SampleMark } from '../../../../protocol/state.ts';
import { told } from '../../../i18n/told.ts';
import { lab } from '../../../services/lab.ts';
import { useUiStore } from '../../../stores/ui.ts';
import type { Marks } from './sample-choice.ts';

const textKey = (run: RunId, id: number): string => `${run} ${id}`;

/** The texts by run and number. */
function useTexts() {
  const ui = useUiStore();
  const texts = shallowRef<ReadonlyMap<string, Sample>>(new Map());
  const awaited = new Set<string>();
  const keep = (sample: Sample): void => {
    texts.value = new Map(texts.value).set(textKey(sample.run, sample.id), sample);
  };
  /** The text of a mark; null while it is loading. */
  function textOf({ run, id }: SampleMark): Sample | null {
    const key = textKey(run, id);
    const known = texts.value.get(key);
    if (known !== undefined) return known;
    if (awaited.has(key)) return null;
    awaited.add(key);
    void ui.attempt(async () => keep(await lab().request('run/sample-text', { run, id })));
    return null;
  }
  return { keep, textOf };
}

export function useSamples(runs: ComputedRef<readonly RunState[]>) {
  const ui = useUiStore();
  const marks = shallowRef<Marks>(new Map());
  const loaded = shallowRef(false);
  const asked = new Set<RunId>();
  const { keep, textOf } = useTexts();

  const put = (run: RunId, all: readonly SampleMark[]): void => {
    marks.value = new Map(marks.value).set(run, all);
  };
  const take = (sample: Sample): void => {
    const { text: _, detail: __, ...mark } = sample;
    put(sample.run, [...(marks.value.get(sample.run) ?? []).filter(({ id }) => id !== mark.id), mark]);
    keep(sample);
  };
  watch(
    () => runs.value.map(({ id }) => id).join('\n'),
    async (ids) => {
      const missing = ids.split('\n').filter((id) => id !== '' && !asked.has(id));
      await ui.attempt(async () => {
        for (const run of missing) {
          asked.add(run);
          const stored = await lab().request('run/samples', { run });
          // Samples written while the answer was on its way are newer than the answer.
          const news = (marks.value.get(run) ?? []).filter(({ id }) => !stored.some((one) => one.id === id));
          put(run, [...stored, ...news]);
        }
      });
      loaded.value = true;
    },
    { immediate: true },
  );
  onBeforeUnmount(
    lab().on('run/shown', (shown) => {
      if ('sample' in shown && runs.value.some(({ id }) => id === shown.sample.run)) take(shown.sample);
    }),
  );
  return { marks, loaded, textOf, write: (requests: Requests) => write(requests, take) };
}

type Requests = readonly LabParams<'run/sample'>[];

/** Lets every run write once. Returns the message if the prompt was refused; other failures are shown as usual. */
async function write(requests: Requests, take: (sample: Sample) => void): Promise<string | null> {
  const each = async (request: Requests[number]): Promise<void> => take(await lab().request('run/sample', request));
  const settled = await Promise.allSettled(requests.map(each));
  const first = settled.find((one) => one.status === 'rejected');
  if (first === undefined) return null;
  const failure: unknown = first.reason;
  if (failure instanceof AppFailure && failure.appError.field === 'prompt') return told(failure.appError.message);
  useUiStore().showError(failure);
  return null;
}
