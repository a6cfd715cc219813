// The gallery of components (`npm run gallery`): a page of its own beside the program's, for who changes their looks. It is not in the bundle
// and asks no lab.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { i18n } from '../i18n/index.ts';
import '../styles/index.css';
import GalleryPage from './GalleryPage.vue';

createApp(GalleryPage).use(createPinia()).use(i18n).mount('#app');
