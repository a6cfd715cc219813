// Keys of the Race screen outside rows and plots.
import type { Shortcut } from '../../composables/shortcuts.ts';
import { useRunActions } from './run-actions.ts';
import { useRaceViewStore } from './view-store.ts';

export function raceShortcuts(screen: {
  readonly toggleDrawer: () => void;
  readonly isRace: () => boolean;
}): readonly Shortcut[] {
  const { toggle, step, rateOpen, forking, forkable, hide, solo, baseline, selected } = useRunActions();
  const view = useRaceViewStore();
  const when = screen.isRace;
  const hasSelection = (): boolean => screen.isRace() && selected.value.length > 0;
  return [
    { keys: 'mod+b', run: screen.toggleDrawer, when, whileTyping: true },
    { keys: 'space', run: () => toggle(), when },
    { keys: '.', run: () => step(), when },
    { keys: '0', run: () => view.resetZoom(), when },
    { keys: 'l', run: () => (rateOpen.value = true), when },
    { keys: 'f', run: () => (forking.value = forkable.value?.id ?? null), when },
    { keys: 'h', run: () => hide(selected.value), when: hasSelection },
    { keys: 's', run: () => solo(selected.value), when: hasSelection },
    { keys: 'b', run: () => selected.value[0] && baseline(selected.value[0]), when: hasSelection },
  ];
}
