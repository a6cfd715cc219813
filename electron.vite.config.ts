// Builds the Electron shell: main as one ES module, preload as one CommonJS file (a sandboxed preload can load nothing else).
// The renderer bundle is the browser shell's own (vite.renderer.config.ts). Nothing is emptied first: each build replaces its one file.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      emptyOutDir: false,
      rollupOptions: { input: at('src/main/index.ts'), output: { format: 'es', entryFileNames: 'index.js' } },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      emptyOutDir: false,
      rollupOptions: { input: at('src/preload/index.ts'), output: { format: 'cjs', entryFileNames: 'index.cjs' } },
    },
  },
});
