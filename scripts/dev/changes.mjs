// What a changed file asks for while `npm run dev` runs. Pure: it reads nothing.

/**
 * `kernels`: both kernel modules are asked whether they are stale; `lab`: the lab starts again, for it has read the file; `page`: Vite
 * sees to it; nothing: tests, what a run reads anew anyway (WGSL), and the Electron shell.
 */
export function workOf(path) {
  const name = path.replaceAll('\\', '/');
  if (!/^src\/.*\.(ts|vue|css|html|svg|c|h|json|sql)$/.test(name) || /\.test\.ts$/.test(name)) return [];
  if (name.startsWith('src/renderer/')) return ['page'];
  if (/^src\/(main|preload)\//.test(name)) return [];
  const kernels = name.startsWith('src/engine/') ? ['kernels'] : [];
  return /\.(as\.ts|c|h)$/.test(name) ? kernels : [...kernels, 'lab'];
}
