// Switches between a chart and its table, by button or by the key T wherever in the chart the focus is; the focus moves along.
import { nextTick, type Ref } from 'vue';
import { useRaceViewStore, type TableId } from '../view-store.ts';

/** The element that gets the focus: the chart or the table, not a control in the chart's head. */
const inside = ':scope > :not(header)[tabindex="0"], :scope > :not(header) [tabindex="0"]';

export function useTableToggle(chart: TableId, figure: Readonly<Ref<HTMLElement | null>>) {
  const view = useRaceViewStore();
  const toggle = async (): Promise<void> => {
    const had = figure.value?.contains(document.activeElement) === true;
    view.toggleTable(chart);
    await nextTick();
    if (had && !figure.value.contains(document.activeElement))
      figure.value.querySelector<HTMLElement | SVGElement>(inside)?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const typing = event.target instanceof Element && event.target.matches('input, textarea, [role="combobox"]');
    if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    void toggle();
  };
  return { toggle, onKey };
}
