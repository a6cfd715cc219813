// Where things are on the Settings screen, in both languages. Locators only.
import type { Page } from '@playwright/test';

export const settingsPage = (page: Page) => ({
  theme: page.getByRole('main').getByRole('combobox', { name: /^(Theme|主题)/ }),
  option: (name: string) => page.getByRole('option', { name, exact: true }),
  language: (name: string) => page.getByRole('radio', { name, exact: true }),
  threads: page.getByRole('textbox', { name: /^(Threads|线程)/ }),
  threadsMessage: page.locator('#threads-error'),
  runtimes: page.locator('#runtimes'),
  runtime: (name: string) =>
    page
      .locator('#runtimes .rt')
      .filter({ has: page.getByRole('heading', { level: 4, name: new RegExp(`^${name} \\d`) }) }),
  device: (name: string) =>
    page.locator('#runtimes .rt').filter({ has: page.getByRole('heading', { level: 4, name, exact: true }) }),
  html: page.locator('html'),
});
