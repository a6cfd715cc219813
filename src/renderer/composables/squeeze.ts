// A bar that is too narrow hides its least important parts, level by level, until the rest fits: `gives-1` is hidden first and replaced by
// `takes-1` (styles/layers.css). It is measured, so that it works in every language, with any content, at every width.
import { useMutationObserver, useResizeObserver } from '@vueuse/core';
import { nextTick, onMounted, type Ref } from 'vue';

const LEVELS = 4;

export function useSqueeze(bar: Readonly<Ref<HTMLElement | null>>): void {
  const fit = (): void => {
    const host = bar.value;
    if (host === null) return;
    for (let level = 0; level <= LEVELS; level += 1) {
      host.dataset.squeeze = String(level);
      if (host.scrollWidth <= host.clientWidth) return;
    }
  };
  useResizeObserver(bar, fit);
  useMutationObserver(bar, fit, { childList: true, subtree: true, characterData: true });
  onMounted(async () => {
    fit();
    // A font that loads later may be wider.
    await document.fonts.ready;
    await nextTick(fit);
  });
}
