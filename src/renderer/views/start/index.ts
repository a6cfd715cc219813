// The Start screen: ready experiments, recent sessions and this machine.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const start = defineScreen({
  icon: 'start',
  en,
  zh,
  view: () => import('./StartView.vue'),
});
