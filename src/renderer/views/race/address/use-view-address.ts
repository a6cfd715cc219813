// Keeps the view in the address: reads it once the session is loaded and whenever a person changes it, and writes it as the view changes.
import { useDebounceFn } from '@vueuse/core';
import { nextTick, onScopeDispose, watch } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { fileOf } from '../../../composables/recent-sessions.ts';
import { t } from '../../../i18n/index.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useUiStore } from '../../../stores/ui.ts';
import { stableJson } from '../run-groups.ts';
import { openNamed } from './open-named.ts';
import { applyView, snapshot } from './snapshot.ts';
import { decodeView, encodeView, type Query } from './view-address.ts';

/** The part of an address that names a session. */
export const SESSION = 'session';
/** Browsers limit how often the address may change. */
const WRITE_MS = 200;

/** The query of a link to the open session in its current view; `view` is merged in. */
export function queryNow(): Query {
  const path = useSessionStore().session?.path ?? null;
  return { ...(path === null ? {} : { [SESSION]: fileOf(path) }), ...encodeView(snapshot()) };
}

const few = (parts: readonly string[]): string => parts.slice(0, 5).join(', ');

async function follow(query: LocationQuery): Promise<void> {
  const file = query[SESSION];
  if (typeof file === 'string' && !(await openNamed(file))) return;
  // Another session has reset the view by now.
  await nextTick();
  const { state, ignored } = decodeView(query, [SESSION]);
  const unknown = [...new Set(applyView(state))];
  const ui = useUiStore();
  if (unknown.length > 0) ui.say(t('reading.missingRuns', { runs: few(unknown) }, unknown.length));
  if (ignored.length > 0) ui.say(t('reading.addressIgnored', { parts: few(ignored) }));
}

export function useViewAddress(): void {
  const route = useRoute();
  const router = useRouter();
  const session = useSessionStore();
  const ui = useUiStore();
  let written = stableJson({});
  let following = false;
  // A screen may take a moment to load; writing the address in the meantime would cancel the navigation.
  let leaving = false;
  onScopeDispose(router.beforeEach((to) => void (leaving = to.name !== 'race')));
  const write = useDebounceFn(async () => {
    if (route.name !== 'race' || leaving || following || !session.loaded || session.session === null) return;
    const query = queryNow();
    written = stableJson(query);
    if (written !== stableJson(route.query)) await router.replace({ query });
  }, WRITE_MS);
  const read = async (): Promise<void> => {
    if (!session.loaded || following || stableJson(route.query) === written) return;
    // An empty address changes nothing.
    if (Object.keys(route.query).length > 0) {
      following = true;
      await ui.attempt(() => follow(route.query));
      following = false;
    }
    await write();
  };
  watch([() => session.loaded, () => route.query], () => void read(), { immediate: true });
  watch(
    () => stableJson(queryNow()),
    () => void write(),
  );
}
