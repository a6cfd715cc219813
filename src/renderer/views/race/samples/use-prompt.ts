// The prompt in the field and the one whose texts are shown: the runs' own until a person asks for another. What the lab tells late takes
// nothing back.
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { RunId } from '../../../../protocol/state.ts';
import type { Asked } from './sample-choice.ts';

/** As every run writes on its own. */
export const own = { temperature: 0.8, seed: 1 } as const;

export interface Prompt {
  /** What is in the field. */
  readonly prompt: Ref<string>;
  /** Whose texts are shown. */
  readonly asked: Readonly<ShallowRef<Asked>>;
  /** Shows texts that were asked for so; what it returns takes that back. */
  readonly ask: (next: Asked) => () => void;
}

/** `ownPrompt` tells what a run writes from on its own; null = not known. */
export function usePrompt(
  runs: Readonly<Ref<readonly RunId[]>>,
  ownPrompt: (run: RunId) => Promise<string | null>,
): Prompt {
  const prompt = ref('');
  const asked = shallowRef<Asked>({ prompt: '', ...own });
  let given = '';
  let isAsked = false;
  let before: readonly RunId[] = [];
  watch(
    runs,
    async (now) => {
      // Runs in another order, one more or one less are the same panel: what was asked for stays.
      const isSame = now.some((id) => before.includes(id));
      const [run] = now;
      if (run !== undefined) before = now;
      if (isSame || run === undefined) return;
      isAsked = false;
      const next = await ownPrompt(run);
      if (next === null) return;
      if (prompt.value === given) prompt.value = next;
      given = next;
      if (!isAsked) asked.value = { prompt: next, ...own };
    },
    { immediate: true },
  );
  return {
    prompt,
    asked,
    ask(next) {
      const earlier = { asked: asked.value, isAsked };
      isAsked = true;
      asked.value = next;
      return () => {
        ({ isAsked } = earlier);
        asked.value = earlier.asked;
      };
    },
  };
}
