// One route per screen. Hash addresses, so that the same bundle works from a server and from a file.
import { createRouter, createWebHashHistory, type RouteComponent, type Router } from 'vue-router';
import { places } from './views/places.ts';
import { screens } from './views/registry.ts';

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      ...places.map(({ name, path }) => ({
        name,
        path,
        component: screens[name].view as () => Promise<RouteComponent>,
      })),
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
  idle.requestIdleCallback?.(() => void screens.race.view().catch(() => undefined));
}
