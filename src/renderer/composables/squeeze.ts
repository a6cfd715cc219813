// A bar whose parts do not fit gives up what it needs least, level by level, until all of it fits: `gives-1` goes first, `takes-1` comes in
// its place (styles/layers.css). It is measured, so that it holds in every language, with every content, at every width.
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
    // Letters of a font that was not there yet may be wider.
    await document.fonts.ready;
    await nextTick(fit);
  });
}
