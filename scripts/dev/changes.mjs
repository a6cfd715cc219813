// What has to happen when a file changes while `npm run dev` runs. Pure: it reads nothing.

/**
 * `kernels`: both kernel modules are rebuilt if stale; `lab`: the lab restarts, since it has loaded the file; `page`: Vite handles it;
 * nothing: tests, files that a run reads each time (WGSL), and the Electron shell.
 */
export function workOf(path) {
  const name = path.replaceAll('\\', '/');
  if (!/^src\/.*\.(ts|vue|css|html|svg|c|h|json|sql)$/.test(name) || /\.test\.ts$/.test(name)) return [];
  if (name.startsWith('src/renderer/')) return ['page'];
  if (/^src\/(main|preload)\//.test(name)) return [];
  const kernels = name.startsWith('src/engine/') ? ['kernels'] : [];
  return /\.(as\.ts|c|h)$/.test(name) ? kernels : [...kernels, 'lab'];
}
