// Starts the window: theme and language first, then the lab client, then the screens. The order matters.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n, locale } from './i18n/index.ts';
import { makeRouter } from './router.ts';
import { startLabClient } from './services/lab.ts';
import { useLabStore } from './stores/lab.ts';
import { useSettingsStore } from './stores/settings.ts';
import './styles/index.css';

const app = createApp(App);
app.use(createPinia());
app.use(i18n);
app.use(makeRouter());
useSettingsStore();
const door = startLabClient();
useLabStore().door = door;
app.mount('#app');
void door.ready(locale());
