// The Sessions screen: all session files, and what is in them.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const sessions = defineScreen({
  icon: 'sessions',
  en,
  zh,
  view: () => import('./SessionsView.vue'),
});
