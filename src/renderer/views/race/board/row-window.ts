// Which rows of a long table are visible, so that only these are drawn. Rows have a fixed height; independent of runs.
import { useElementSize, useScroll } from '@vueuse/core';
import { computed, type ComputedRef, type Ref } from 'vue';

/** Height of a table row in pixels: the token --row-h. */
export const rowHeight = 28;
/** Of a row of bars. */
export const barHeight = 22;
/** Shorter tables are drawn whole. */
const few = 80;
const margin = 10;

export interface RowWindow {
  readonly start: number;
  readonly end: number;
}

/** Rows to draw: the visible ones and a margin, or all of a short table. */
export function windowOf(count: number, scrolled: number, height: number, row: number = rowHeight): RowWindow {
  if (count <= few) return { start: 0, end: count };
  const visible = Math.ceil(height / row) + 2 * margin;
  const start = Math.min(Math.max(0, Math.floor(scrolled / row) - margin), Math.max(0, count - visible));
  return { start, end: Math.min(count, start + visible) };
}

export function useRowWindow(
  host: Readonly<Ref<HTMLElement | null>>,
  count: () => number,
  row: number = rowHeight,
): ComputedRef<RowWindow> {
  const { y } = useScroll(host);
  const { height } = useElementSize(host);
  return computed(() => windowOf(count(), y.value, height.value, row));
}
