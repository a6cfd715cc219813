// Where things are on the Start screen. Locators only.
import type { Page } from '@playwright/test';

export const startPage = (page: Page) => ({
  newExperiment: page.getByRole('button', { name: 'New experiment' }),
  preset: (title: string) => page.getByRole('button', { name: `Start: ${title}` }),
  presets: page.getByRole('button', { name: /^Start: / }),
  recents: page.locator('.rec button'),
  recent: (name: string) => page.locator('.rec button').filter({ hasText: name }),
  interrupted: page.locator('.again'),
  goOn: page.getByRole('button', { name: 'Go on' }),
  openPaused: page.getByRole('button', { name: 'Open paused' }),
  machine: page.getByRole('complementary', { name: 'This machine' }),
});
