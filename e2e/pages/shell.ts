// Where things are in the frame around every screen. Locators only.
import type { Page } from '@playwright/test';

export const shellPage = (page: Page) => {
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const question = page.getByRole('dialog').filter({ has: page.locator('form') });
  return {
    rail: page.getByRole('navigation', { name: 'Screens' }),
    screen: (name: string) => page.getByRole('navigation').getByRole('link', { name }),
    sessionName: page.getByRole('banner').getByRole('button', { name: /.+/ }).first(),
    nameField: page.getByRole('textbox', { name: 'Session name' }),
    device: page.getByTitle('Device details'),
    saved: page.getByText('All changes saved'),
    theme: page.getByRole('button', { name: /^Theme:/ }),
    palette,
    paletteField: palette.getByRole('combobox'),
    paletteResults: palette.getByRole('option'),
    question,
    answer: question.getByRole('textbox'),
    toast: page.getByRole('region', { name: 'Messages' }).locator('.toast'),
    heading: (name: string) => page.getByRole('heading', { level: 1, name }),
  };
};
