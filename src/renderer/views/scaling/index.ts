// The Scaling screen: time and memory by length, width and batch.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const scaling = defineScreen({
  icon: 'scaling',
  en,
  zh,
  view: () => import('./ScalingView.vue'),
});
