// Where things are while a race is being set up. Locators only.
import type { Page } from '@playwright/test';

export const setupPage = (page: Page) => {
  const preflight = page.getByRole('complementary', { name: 'Preflight' });
  const grid = page.locator('table.gridtbl');
  return {
    field: (label: string) => page.getByRole('textbox', { name: label, exact: true }),
    /** A setting of one row of the starting grid. */
    cell: (row: number, label: string) =>
      grid
        .locator('tbody tr')
        .nth(row)
        .getByRole('textbox', { name: `${label} of ` }),
    sweep: (row: number) => grid.locator('tbody tr').nth(row).locator('button.chips'),
    rows: grid.locator('tbody tr'),
    text: page.getByRole('combobox', { name: /^Text: / }),
    importText: page.getByRole('button', { name: 'Import a file' }),
    addVariant: page.getByRole('button', { name: 'Add variant' }),
    remove: page.getByRole('button', { name: /^Remove / }),
    picker: {
      search: page.getByRole('searchbox', { name: 'Search by name, idea or year' }),
      list: page.getByRole('group', { name: 'Models', exact: true }),
      models: page.getByRole('group', { name: 'Models' }).getByRole('checkbox'),
      model: (title: string) =>
        page.getByRole('group', { name: 'Models' }).getByRole('checkbox', { name: new RegExp(`^${title} \\d{4}`) }),
      add: page.getByRole('button', { name: /^Add \d+ to the grid/ }),
    },
    count: page.getByText(/variants? × /),
    message: (label: string) =>
      page
        .locator('.field')
        .filter({ has: page.getByLabel(label, { exact: true }) })
        .locator('.msg'),
    rowMessage: grid.locator('.msg'),
    preflight,
    plans: preflight.locator('details.pv'),
    toFix: preflight.getByText(/fields? to fix/),
    start: preflight.getByRole('button', { name: 'Start race' }),
    help: page.locator('.field-help'),
  };
};
