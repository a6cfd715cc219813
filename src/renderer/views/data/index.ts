// The screen of data: what a set holds, what its columns are for, and what can be learned from it.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const data = defineScreen({
  icon: 'table',
  en,
  zh,
  view: () => import('./DataView.vue'),
});
