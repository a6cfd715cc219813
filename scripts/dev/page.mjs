// The page from its sources: Vite puts changes into the open page. It has no port of its own: requests come through door.mjs, which checks
// them, and styles carry a nonce instead of a wider content policy.
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { root } from '../fresh.mjs';

/** Path of Vite's own WebSocket. */
export const updates = '/@updates';

/** The gallery is the program's own page with another beginning. */
const gallery = {
  name: 'gallery',
  configureServer: (vite) => {
    vite.middlewares.use('/gallery/', async (request, response, next) => {
      if (request.url.split('?')[0] !== '/') return next();
      const own = readFileSync(join(root, 'src/renderer/index.html'), 'utf8').replaceAll('="./', '="/');
      const page = own.replace('/main.ts', '/gallery/main.ts').replace('</title>', ': components</title>');
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end(await vite.transformIndexHtml('/index.html', page));
    });
  },
};

/**
 * `answer(request, response, next)` and `upgrade(request, socket, head)` for what the door has let in; `watch(listener)` hears every
 * changed file below src; `nonce` goes into the content policy.
 */
export async function openPage() {
  const nonce = randomBytes(16).toString('base64url');
  const upgrades = new EventEmitter();
  const cacheDir = join(root, '.cache/vite');
  const vite = await createServer({
    configFile: join(root, 'vite.renderer.config.ts'),
    base: '/',
    plugins: [gallery],
    cacheDir,
    appType: 'mpa',
    logLevel: 'warn',
    clearScreen: false,
    html: { cspNonce: nonce },
    server: {
      middlewareMode: true,
      ws: { server: upgrades, path: updates },
      fs: { allow: [join(root, 'src'), realpathSync(join(root, 'node_modules')), cacheDir] },
    },
  });
  vite.watcher.add(join(root, 'src'));
  return {
    nonce,
    answer: (request, response, next) => vite.middlewares(request, response, next),
    upgrade: (request, socket, head) => upgrades.emit('upgrade', request, socket, head),
    watch: (listener) => vite.watcher.on('all', (_event, path) => listener(path)),
    close: () => vite.close(),
  };
}
