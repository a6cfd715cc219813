// The gallery of components (`npm run gallery`): a separate page for developers of the components. It is not in the bundle and uses no lab.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { i18n } from '../i18n/index.ts';
import '../styles/index.css';
import GalleryPage from './GalleryPage.vue';

createApp(GalleryPage).use(createPinia()).use(i18n).mount('#app');
