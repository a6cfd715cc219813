// All screens. A screen = one folder + one line here, in the order of the rail (`npm run new -- screen my-screen`).
import { data } from './data/index.ts';
import { race } from './race/index.ts';
import { reproduce } from './reproduce/index.ts';
import { scaling } from './scaling/index.ts';
import { sessions } from './sessions/index.ts';
import { settings } from './settings/index.ts';
import { start } from './start/index.ts';

export const screens = {
  start,
  race,
  scaling,
  reproduce,
  sessions,
  data,
  settings,
};

export type ScreenName = keyof typeof screens;

type ScreenTexts = { readonly [K in ScreenName]: (typeof screens)[K]['en'] };

/** The texts of all screens by name. */
export const textsOf = (language: 'en' | 'zh'): ScreenTexts =>
  Object.fromEntries(Object.entries(screens).map(([name, screen]) => [name, screen[language]])) as ScreenTexts;
