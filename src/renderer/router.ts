// One route per screen. Hash addresses, so that the same bundle works from a server and from a file. Rail and shortcuts are generated from
// this list: a screen = one folder + one line here.
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { MessageKey } from './i18n/index.ts';
import type { IconName } from './components/icons.ts';

export interface Screen {
  readonly name: 'start' | 'race' | 'scaling' | 'sessions' | 'settings';
  readonly path: string;
  readonly title: MessageKey;
  readonly icon: IconName;
}

export const screens: readonly Screen[] = [
  { name: 'start', path: '/start', title: 'shell.start', icon: 'start' },
  { name: 'race', path: '/race', title: 'shell.race', icon: 'race' },
  { name: 'scaling', path: '/scaling', title: 'shell.scaling', icon: 'scaling' },
  { name: 'sessions', path: '/sessions', title: 'shell.sessions', icon: 'sessions' },
  { name: 'settings', path: '/settings', title: 'shell.settings', icon: 'settings' },
];

const race = () => import('./views/race/RaceView.vue');

const views: Readonly<Record<Screen['name'], NonNullable<RouteRecordRaw['component']>>> = {
  start: () => import('./views/start/StartView.vue'),
  race,
  scaling: () => import('./views/scaling/ScalingView.vue'),
  sessions: () => import('./views/sessions/SessionsView.vue'),
  settings: () => import('./views/settings/SettingsView.vue'),
};

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      ...screens.map(({ name, path }) => ({ name, path, component: views[name] })),
      { path: '/:rest(.*)*', redirect: '/start' },
    ],
  });
  void router.isReady().then(fetchRaceAhead);
  return router;
}

/** The most used screen: its code is loaded in idle time, so that opening it does not wait. */
function fetchRaceAhead(): void {
  const idle = globalThis as { readonly requestIdleCallback?: (work: () => void) => unknown };
  // If this fails, the code is loaded when the screen is shown, which reports errors.
  idle.requestIdleCallback?.(() => void race().catch(() => undefined));
}
