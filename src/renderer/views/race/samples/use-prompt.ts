// The prompt in the field and the one whose texts are shown: the default until a person requests another. Late answers of the lab do not
// undo it.
import { type Ref, shallowRef, type ShallowRef, watch } from 'vue';
import type { RunId } from '../../../../protocol/state.ts';
import type { Asked } from './sample-choice.ts';

/** The default settings of automatic samples. */
export const own = { temperature: 0.8, seed: 1 } as const;

export interface Prompt {
  /** The text in the field. */
  readonly prompt: Ref<string>;
  /** The prompt whose texts are shown. */
  readonly asked: Readonly<ShallowRef<Asked>>;
  /** Shows texts with these settings; the returned function undoes it. */
  readonly ask: (next: Asked) => () => void;
}

/** `ownPrompt` returns the default prompt of a run; null = unknown. */
export function usePrompt(
  runs: Readonly<Ref<readonly RunId[]>>,
  ownPrompt: (run: RunId) => Promise<string | null>,
): Prompt {
  const prompt = shallowRef('');
  const asked = shallowRef<Asked>({ prompt: '', ...own });
  let given = '';
  let isAsked = false;
  let before: readonly RunId[] = [];
  watch(
    runs,
    async (now) => {
      // Reordering, adding or removing runs keeps the requested settings.
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
