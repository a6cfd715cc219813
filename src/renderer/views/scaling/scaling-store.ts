// The scaling measurement as the lab last described it, and what a person has set for the next one. Independent of charts.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { asAppError, type AppError } from '../../../engine/core/result.ts';
import type { ScalingResult, ScalingSpec } from '../../../engine/spec/scaling.ts';
import { lab } from '../../services/lab.ts';
import { draftOf, problemsOf, specOf, type ScalingDraft } from './scaling-draft.ts';

/** A failure message stays on the screen until the next try. */
function attempts() {
  const problem = shallowRef<AppError | null>(null);
  const waiting = shallowRef(false);
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    waiting.value = true;
    problem.value = null;
    try {
      await action();
    } catch (thrown) {
      problem.value = asAppError(thrown, 'window');
    } finally {
      waiting.value = false;
    }
  };
  return { problem, waiting, attempt };
}

export const useScalingStore = defineStore('scaling', () => {
  const result = shallowRef<ScalingResult | null>(null);
  const suggested = shallowRef<ScalingSpec | null>(null);
  const draft = shallowRef<ScalingDraft | null>(null);
  let listening = false;

  const running = computed(() => result.value?.state === 'running');
  const problems = computed(() => (draft.value === null ? [] : problemsOf(draft.value)));

  const { problem, waiting, attempt } = attempts();
  const listen = (): void => {
    if (listening) return;
    listening = true;
    lab().on('scaling/changed', (next) => (result.value = next));
  };
  const load = (): Promise<void> =>
    attempt(async () => {
      listen();
      const latest = await lab().request('scaling/latest', {});
      result.value = latest.result;
      suggested.value = latest.suggested;
      draft.value ??= draftOf(latest.result?.spec ?? latest.suggested);
    });
  const measure = (): Promise<void> =>
    attempt(async () => {
      if (draft.value === null || suggested.value === null || problems.value.length > 0) return;
      // Small measurements may end before the answer arrives: their events are newer than the answer.
      const before = result.value;
      const started = await lab().request('scaling/start', { spec: specOf(draft.value, suggested.value) });
      if (result.value === before || result.value?.id !== started.id) result.value = started;
    });
  const stop = (): Promise<void> =>
    attempt(async () => {
      result.value = await lab().request('scaling/stop', {});
    });
  const edit = (next: ScalingDraft): void => {
    draft.value = next;
  };
  return { result, suggested, draft, problem, waiting, running, problems, load, measure, stop, edit };
});
