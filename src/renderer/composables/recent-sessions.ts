// The lab's list of session files and actions on sessions that need not be open. Shared by Start and Sessions.
import { useIntervalFn } from '@vueuse/core';
import { computed, shallowRef } from 'vue';
import { tagsIn } from '../../engine/spec/tags.ts';
import type { RecentSession, SessionDetails, SessionState } from '../../protocol/state.ts';
import { t } from '../i18n/index.ts';
import { lab } from '../services/lab.ts';
import { activeStatuses, useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import { mayLeave } from './session-files.ts';

/** How often the list is reloaded while runs are under way, for their curves and sizes. */
const liveSeconds = 15;

/** The list, newest first, with the open session as it is now; `refresh` asks the lab again. */
export function useRecentSessions() {
  const store = useSessionStore();
  const stored = shallowRef<readonly RecentSession[] | null>(null);
  const refresh = async (): Promise<void> => {
    stored.value = await lab().request('session/list', {});
  };
  const list = computed(() => stored.value && withOpenSession(stored.value, store.session));
  const interrupted = computed(() => interruptedOf(list.value ?? [], store.session?.path ?? null));
  useIntervalFn(() => {
    if (store.active.length > 0) refresh().catch(() => undefined);
  }, liveSeconds * 1000);
  return { list, refresh, interrupted };
}

/** The file of the open session lags behind its live state, from which name, note, tags, number of runs and their status are taken. */
export function withOpenSession(
  list: readonly RecentSession[],
  open: Pick<SessionState, 'path' | 'name' | 'note' | 'runs'> | null,
): readonly RecentSession[] {
  return list.map((item) => {
    if (!open || item.path !== open.path) return item;
    const running = open.runs.some((run) => activeStatuses.has(run.status));
    const lastStep = Math.max(item.lastStep, ...open.runs.map((run) => run.step));
    const tags = [...new Set([...tagsIn(open.note), ...open.runs.flatMap((run) => run.tags)])];
    const status = running ? 'running' : item.status;
    return { ...item, name: open.name, note: open.note, tags, runs: open.runs.length, status, lastStep };
  });
}

/** The most recent session, if its runs were cut off and it is not open already. */
export function interruptedOf(list: readonly RecentSession[], openPath: string | null): RecentSession | null {
  const newest = [...list].sort((a, b) => b.modified.localeCompare(a.modified))[0];
  return newest && newest.status === 'interrupted' && newest.path !== openPath ? newest : null;
}

/** Newest first unless told otherwise; names compare as people read them (2 before 10). */
export type SessionOrder = { readonly by: 'name' | 'runs' | 'status' | 'bytes' | 'modified'; readonly down: boolean };

export function sortSessions(list: readonly RecentSession[], { by, down }: SessionOrder): readonly RecentSession[] {
  const compare = (a: RecentSession, b: RecentSession): number => {
    if (by === 'runs' || by === 'bytes') return a[by] - b[by];
    return String(a[by] ?? '').localeCompare(String(b[by] ?? ''), undefined, { numeric: true, sensitivity: 'base' });
  };
  return [...list].sort((a, b) => (down ? -1 : 1) * compare(a, b) || a.name.localeCompare(b.name));
}

export function filterSessions(list: readonly RecentSession[], query: string): readonly RecentSession[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ name, path, models, tasks, note, tags }: RecentSession): string =>
    [name, path, ...models, ...tasks, note, ...tags.map((tag) => `#${tag}`)].join('\n').toLowerCase();
  return list.filter((session) => words.every((word) => textOf(session).includes(word)));
}

/** Details of one file; null while loading. A damaged file still has details, including its problem. */
export function useSessionDetails() {
  const details = shallowRef<SessionDetails | null>(null);
  let wanted = '';
  const show = async (path: string | null): Promise<void> => {
    wanted = path ?? '';
    if (path !== details.value?.path) details.value = null;
    if (path === null) return;
    const reply = await lab().request('session/details', { path });
    if (wanted === path) details.value = reply;
  };
  return { details, show };
}

/** The last part of a path on any system. */
export const fileOf = (path: string): string => path.split(/[\\/]/).pop() ?? path;

/** Duplicate, and delete with undo. `changed` is called after each. */
export function useSessionFileActions(changed: () => Promise<void>) {
  const ui = useUiStore();
  const restore = (undo: string): void =>
    void ui.attempt(async () => {
      const session = await lab().request('session/undelete', { undo });
      await changed();
      ui.say(t('sessions.restored', { name: session.name }));
    });
  const remove = (session: RecentSession) =>
    ui.attempt(async () => {
      const isOpen = useSessionStore().session?.path === session.path;
      if (isOpen && !(await mayLeave())) return;
      const { undo } = await lab().request('session/delete', { path: session.path });
      await changed();
      ui.say(t('sessions.deleted', { name: session.name }), [{ label: t('common.undo'), run: () => restore(undo) }]);
    });
  const duplicate = (session: RecentSession) =>
    ui.attempt(async () => {
      const copy = await lab().request('session/duplicate', { path: session.path });
      await changed();
      ui.say(t('sessions.duplicated', { name: fileOf(copy.path) }));
    });
  return { remove, duplicate };
}
