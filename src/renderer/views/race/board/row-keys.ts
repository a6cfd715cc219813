// Keys on a focused row of the run table. Maps keys to actions that are passed in.
import type { useRunActions } from '../run-actions.ts';
import type { BoardRow } from './board-rows.ts';

export interface RowKeyTargets {
  readonly index: number;
  readonly focusRow: (index: number) => void;
  readonly pick: () => void;
  readonly actions: ReturnType<typeof useRunActions>;
  readonly view: { readonly toggleExpanded: (key: string) => void };
}

/** Acts on the row and keeps the key from the window's shortcuts; other keys pass through. */
export function rowKeys(
  event: KeyboardEvent,
  row: BoardRow,
  { index, focusRow, pick, actions, view }: RowKeyTargets,
): void {
  if (event.altKey || ((event.ctrlKey || event.metaKey) && event.key !== ' ')) return;
  const first = row.runs[0];
  if (first === undefined) return;
  const map: Readonly<Record<string, () => void>> = {
    ArrowDown: () => focusRow(index + 1),
    ArrowUp: () => focusRow(index - 1),
    Home: () => focusRow(0),
    End: () => focusRow(Number.MAX_SAFE_INTEGER),
    ArrowRight: () => row.runs.length > 1 && view.toggleExpanded(row.key),
    x: pick,
    ' ': () => actions.toggle(row.runs),
    '.': () => actions.step(row.runs),
    h: () => actions.hide(row.runs),
    s: () => actions.solo(row.runs),
    b: () => actions.baseline(first),
    f: () => (actions.forking.value = first.id),
    l: () => {
      pick();
      actions.rateOpen.value = true;
    },
    Enter: () => (actions.detailed.value = first.id),
    F2: () => void actions.rename(first),
  };
  const action = map[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (action === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
