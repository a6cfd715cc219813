// What belongs to this window only: toasts, the question being asked, the palette, which runs are selected. Nothing here is saved.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { asAppError } from '../../engine/core/result.ts';
import type { RunId } from '../../protocol/state.ts';
import { t } from '../i18n/index.ts';
import { useLabStore } from './lab.ts';
import { told } from '../i18n/told.ts';

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly id: number;
  /** `error` stays until dismissed or acted on; `calm` disappears on its own. */
  readonly kind: 'error' | 'calm';
  readonly title: string;
  readonly detail: string;
  readonly actions: readonly ToastAction[];
}

/** One question at a time: a line of text, yes and no, or one of several ways. Answered with null when cancelled. */
export interface Question {
  readonly title: string;
  readonly action: string;
  readonly label?: string;
  readonly help?: string;
  /** Present = asks for a line of text. */
  readonly value?: string;
  readonly danger?: boolean;
  /** Choices besides `action`, each answered with its value. */
  readonly others?: readonly { readonly value: string; readonly label: string }[];
  readonly answer: (text: string | null) => void;
}

let nextToast = 1;

function toastQueue() {
  const toasts = shallowRef<readonly Toast[]>([]);
  // The newest is shown; an error below it reappears afterwards.
  const current = computed(() => toasts.value[toasts.value.length - 1] ?? null);
  const add = (kind: Toast['kind'], title: string, detail: string, actions: readonly ToastAction[]): number => {
    const id = nextToast++;
    const others = toasts.value.filter((toast) => toast.title !== title || toast.detail !== detail);
    toasts.value = [...others, { id, kind, title, detail, actions }];
    return id;
  };
  const dismiss = (id: number): void => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  };
  /** Reports what was done, with undo. */
  const say = (title: string, actions: readonly ToastAction[] = []): number => add('calm', title, '', actions);
  /** Shows a failure until it is dismissed; the same failure twice is one message. */
  const showError = (thrown: unknown, actions: readonly ToastAction[] = []): number => {
    const error = asAppError(thrown, 'window');
    // The banner reports once that the lab is unreachable; requests that fail for that reason add no message.
    if (error.code === 'network' && useLabStore().connection === 'lost') return 0;
    if (error.code === 'bug') return add('error', t('shell.defect'), told(error.message), actions);
    return add('error', told(error.message), told(error.cure), actions);
  };
  /** Runs a person's action; a failure becomes a message and `undefined`. */
  const attempt = async <T>(action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (thrown) {
      showError(thrown);
      return undefined;
    }
  };
  return { toasts, current, dismiss, say, showError, attempt };
}

function questions() {
  const question = shallowRef<Question | null>(null);
  const put = (next: Omit<Question, 'answer'>): Promise<string | null> =>
    new Promise((resolve) => {
      question.value?.answer(null);
      const answer = (text: string | null): void => {
        if (question.value?.answer === answer) question.value = null;
        resolve(text);
      };
      question.value = { ...next, answer };
    });
  /** Asks for a line of text; null = cancelled. */
  const ask = (next: { title: string; action: string; label: string; help?: string; value?: string }) =>
    put({ value: '', ...next });
  const confirm = async (next: { title: string; action: string; help?: string; danger?: boolean }): Promise<boolean> =>
    (await put(next)) !== null;
  /** Asks which way to go: '' for `action`, the value of another one, null = cancelled. */
  const choose = (next: { title: string; action: string; help?: string; others: NonNullable<Question['others']> }) =>
    put(next);
  return { question, ask, confirm, choose };
}

function runSelection() {
  const selection = shallowRef<ReadonlySet<RunId>>(new Set());
  const select = (runs: Iterable<RunId>): void => {
    selection.value = new Set(runs);
  };
  const toggleSelected = (run: RunId): void => {
    const next = new Set(selection.value);
    if (!next.delete(run)) next.add(run);
    selection.value = next;
  };
  return { selection, select, toggleSelected };
}

export const useUiStore = defineStore('ui', () => {
  const { toasts, current: toast, dismiss, say, showError, attempt } = toastQueue();
  const paletteOpen = shallowRef(false);
  /** Initial text of the palette. */
  const paletteQuery = shallowRef('');
  const openPalette = (query = ''): void => {
    paletteQuery.value = query;
    paletteOpen.value = true;
  };
  const palette = { paletteOpen, paletteQuery, openPalette };
  const renaming = shallowRef(false);
  return { toasts, toast, dismiss, say, showError, attempt, ...questions(), ...runSelection(), ...palette, renaming };
});
