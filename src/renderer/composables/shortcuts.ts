// Key names, their form on this system, and one listener per window for global shortcuts. The list of all shortcuts is data, so that the
// help is complete.
import { onBeforeUnmount, onMounted } from 'vue';
import type { MessageKey } from '../i18n/index.ts';
import { places } from '../views/places.ts';

export interface Shortcut {
  /** `mod+k`, `mod+shift+s`, `.`, `space`, `f2`; mod = Cmd on macOS, else Ctrl. */
  readonly keys: string;
  readonly run: (event: KeyboardEvent) => void;
  /** Also while a person types in a field. */
  readonly whileTyping?: boolean;
  readonly when?: () => boolean;
}

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** The combination of an event in the notation of `Shortcut.keys`. */
export function keysOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const letter = /^[a-z]$/.test(key) || key.length > 1;
  const parts = [
    (isMac ? event.metaKey : event.ctrlKey) ? 'mod' : '',
    event.altKey ? 'alt' : '',
    event.shiftKey && letter ? 'shift' : '',
    key,
  ];
  return parts.filter((part) => part !== '').join('+');
}

const macNames: Readonly<Record<string, string>> = { mod: '⌘', shift: '⇧', alt: '⌥' };
const names: Readonly<Record<string, string>> = {
  mod: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  space: 'Space',
  escape: 'Esc',
  arrowleft: '←',
  arrowright: '→',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
};

/** The key caps to show: `mod+k` -> `['Ctrl', 'K']`. */
export function keyCaps(keys: string, mac = isMac): readonly string[] {
  return keys.split('+').map((part) => (mac ? macNames[part] : undefined) ?? names[part] ?? part.toUpperCase());
}

/** True where letters belong to the control: text fields, lists, and a dialog's own fields. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target.closest('[role="listbox"],[role="menu"],[role="dialog"]') !== null;
}

/** Space and Enter press a focused button or link; a shortcut must not take them away. */
function pressesControl(event: KeyboardEvent): boolean {
  if (event.key !== ' ' && event.key !== 'Enter') return false;
  return event.target instanceof HTMLElement && event.target.closest('button,a[href],summary,[role="radio"]') !== null;
}

/** Listens while the calling component is mounted. Earlier listeners may stop the event; then nothing happens here. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const keys = keysOf(event);
    const hit = shortcuts.find((shortcut) => shortcut.keys === keys && (shortcut.when?.() ?? true));
    if (!hit || pressesControl(event)) return;
    if (isTyping(event.target) && hit.whileTyping !== true) return;
    event.preventDefault();
    hit.run(event);
  };
  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey));
}

/** All shortcuts, grouped by where they work, for the Settings screen. */
export const shortcutGroups: readonly {
  readonly title: MessageKey;
  readonly items: readonly { readonly keys: readonly string[]; readonly text: MessageKey }[];
}[] = [
  {
    title: 'shortcuts.anywhere',
    items: [
      { keys: ['mod+k'], text: 'shortcuts.palette' },
      { keys: places.flatMap(({ key }) => key ?? []), text: 'shortcuts.screens' },
      { keys: ['f2'], text: 'shortcuts.rename' },
      { keys: ['mod+o'], text: 'shortcuts.open' },
      { keys: ['mod+shift+s'], text: 'shortcuts.saveAs' },
    ],
  },
  {
    title: 'shortcuts.inRace',
    items: [
      { keys: ['space'], text: 'shortcuts.play' },
      { keys: ['.'], text: 'shortcuts.step' },
      { keys: ['mod+b'], text: 'shortcuts.setup' },
    ],
  },
  {
    title: 'shortcuts.inChart',
    items: [
      { keys: ['arrowleft', 'arrowright'], text: 'shortcuts.cursor' },
      { keys: ['shift+arrowleft', 'shift+arrowright'], text: 'shortcuts.cursorFast' },
      { keys: ['home', 'end'], text: 'shortcuts.ends' },
      { keys: ['escape'], text: 'shortcuts.leave' },
      { keys: ['0'], text: 'shortcuts.zoomReset' },
      { keys: ['t'], text: 'shortcuts.asTable' },
    ],
  },
  {
    title: 'shortcuts.inTable',
    items: [
      { keys: ['h'], text: 'shortcuts.hide' },
      { keys: ['s'], text: 'shortcuts.solo' },
      { keys: ['b'], text: 'shortcuts.baseline' },
      { keys: ['f'], text: 'shortcuts.fork' },
      { keys: ['l'], text: 'shortcuts.rate' },
      { keys: ['enter'], text: 'shortcuts.details' },
    ],
  },
];
