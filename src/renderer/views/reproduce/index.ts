// The screen of reproductions: published tables and figures with their numbers beside ours, and a verdict on each part of a claim.
import { defineScreen } from '../screen.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const reproduce = defineScreen({
  icon: 'note',
  en,
  zh,
  view: () => import('./ReproduceView.vue'),
});
