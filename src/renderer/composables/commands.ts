// What the command palette can do. Screens add their own commands while they are mounted; the palette only lists and runs them.
import { onBeforeUnmount, onMounted, shallowRef } from 'vue';
import type { IconName } from '../components/icons.ts';
import type { RunId } from '../../protocol/state.ts';

export type CommandGroup = 'commands' | 'runs' | 'settings' | 'help';

export interface Command {
  readonly id: string;
  readonly group: CommandGroup;
  readonly title: string;
  readonly detail?: string;
  readonly icon?: IconName;
  /** Identity of a run, drawn in place of an icon. */
  readonly swatch?: number;
  /** In the notation of `Shortcut.keys`; only displayed. */
  readonly keys?: string;
  readonly run: () => void;
  /** The same for one run, offered after Tab. */
  readonly forRun?: (run: RunId) => void;
}

type Source = () => readonly Command[];
const sources = shallowRef<readonly Source[]>([]);

/** All commands of the mounted screens, newest screen first. Reactive. */
export function allCommands(): readonly Command[] {
  return [...sources.value].reverse().flatMap((source) => source());
}

/** Offers commands while the calling component is mounted; `source` is evaluated when the palette needs it. */
export function useCommands(source: Source): void {
  onMounted(() => (sources.value = [...sources.value, source]));
  onBeforeUnmount(() => (sources.value = sources.value.filter((other) => other !== source)));
}
