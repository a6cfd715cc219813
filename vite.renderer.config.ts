// The renderer bundle, one for both shells: the browser shell serves out/renderer and the Electron window loads the same files.
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('src/renderer'),
  base: './',
  // The strict content policy forbids eval, so vue-i18n must not compile messages with new Function.
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
    __INTLIFY_JIT_COMPILATION__: 'true',
    __INTLIFY_DROP_MESSAGE_COMPILER__: 'false',
  },
  plugins: [vue()],
  build: {
    outDir: at('out/renderer'),
    emptyOutDir: true,
    target: 'es2022',
    // The policy allows files of the bundle's own origin only, no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    // How long plugins took is of no use to who starts the lab.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
