// The Race screen: set up a race, watch it and read it.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const race = defineScreen({
  icon: 'race',
  en,
  zh,
  view: () => import('./RaceView.vue'),
});
