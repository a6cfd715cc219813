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
  sameStep: page.getByRole('region', { name: /^(The same step on each|同一步的用时)/ }),
  agree: page.getByRole('region', { name: /^(Do they agree|结果一致吗)/ }),
  html: page.locator('html'),
});
