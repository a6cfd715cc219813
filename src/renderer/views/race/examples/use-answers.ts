// The stored and newly arriving answers of the runs on the panel, and their examples.
import { onBeforeUnmount, shallowRef, watch, type ComputedRef } from 'vue';
import type { TaskExamples } from '../../../../engine/spec/showing.ts';
import type { RunAnswers, RunId, RunState } from '../../../../protocol/state.ts';
import { lab } from '../../../services/lab.ts';
import { useUiStore } from '../../../stores/ui.ts';
import { stableJson } from '../run-groups.ts';

export function useAnswers(runs: ComputedRef<readonly RunState[]>) {
  const ui = useUiStore();
  const examples = shallowRef<TaskExamples | null>(null);
  const answers = shallowRef<ReadonlyMap<RunId, readonly RunAnswers[]>>(new Map());
  const loaded = shallowRef(false);

  watch(
    () => stableJson(runs.value[0]?.spec.task),
    async () => {
      const [first] = runs.value;
      examples.value = null;
      if (first !== undefined)
        await ui.attempt(async () => (examples.value = await lab().request('run/examples', { run: first.id })));
    },
    { immediate: true },
  );
  watch(
    () => runs.value.map(({ id }) => id).join('\n'),
    async (ids) => {
      const missing = ids.split('\n').filter((id) => id !== '' && !answers.value.has(id));
      await ui.attempt(async () => {
        const all = await Promise.all(missing.map((run) => lab().request('run/answers', { run })));
        answers.value = new Map([...answers.value, ...missing.map((run, i) => [run, all[i] ?? []] as const)]);
      });
      loaded.value = true;
    },
    { immediate: true },
  );
  const stop = lab().on('run/shown', (shown) => {
    if (!('answers' in shown)) return;
    const { run, step } = shown.answers;
    const before = answers.value.get(run);
    // A run that went back to a checkpoint repeats steps.
    if (before)
      answers.value = new Map(answers.value).set(run, [...before.filter((one) => one.step < step), shown.answers]);
  });
  onBeforeUnmount(stop);
  return { examples, answers, loaded };
}
