// The Settings screen.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const settings = defineScreen({
  icon: 'settings',
  foot: true,
  en,
  zh,
  view: () => import('./SettingsView.vue'),
});
