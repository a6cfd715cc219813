// Where things are on the screen of data. Locators only.
import type { Page } from '@playwright/test';

export const dataPage = (page: Page) => {
  const main = page.locator('main');
  return {
    set: main.getByRole('combobox', { name: /^Data set/ }),
    facts: main.locator('.facts.num'),
    import: main.getByRole('button', { name: 'Import a file' }),
    importPictures: main.getByRole('button', { name: 'Import pictures' }).first(),
    rename: main.getByRole('button', { name: 'Rename' }),
    remove: main.getByRole('button', { name: 'Delete' }),
    role: (column: string) => main.getByRole('combobox', { name: new RegExp(`^Role of ${column}`) }),
    option: (name: string) => page.getByRole('option', { name, exact: true }),
    firstRows: main.getByRole('region', { name: 'First rows' }),
    edge: main.getByRole('slider', { name: 'Share that is held out' }),
    heldOut: main.locator('.part').last(),
    field: (name: string) => main.getByRole('textbox', { name, exact: true }),
    floors: main.getByRole('row', { name: /naive|Mean of/i }),
    problem: main.locator('.side .msg'),
    warnings: main.locator('.side .note-line'),
    learn: main.getByRole('button', { name: 'Use this data' }),
  };
};
