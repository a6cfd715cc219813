// The run table's state: columns and rows. Which runs are shown is decided for the whole screen in `reading`. The component does the layout.
import { computed } from 'vue';
import { useRace } from '../race-context.ts';
import { boardRows } from './board-rows.ts';

export function useBoard() {
  const { reading } = useRace();
  const rows = computed(() => boardRows(reading.listed.value, reading.view.value));
  return { rows, columns: reading.columns, columnCount: computed(() => reading.every.value.length) };
}
