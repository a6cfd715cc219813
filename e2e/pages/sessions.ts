// Where things are on the Sessions screen. Locators only.
import type { Page } from '@playwright/test';

export const sessionsPage = (page: Page) => {
  const details = page.getByRole('complementary', { name: 'Session details' });
  const grid = page.getByRole('grid', { name: 'Sessions' });
  return {
    rows: grid.locator('tbody tr'),
    row: (name: string) => grid.locator('tbody tr').filter({ hasText: name }),
    filter: page.getByRole('searchbox', { name: 'Filter sessions' }),
    ticks: grid.getByRole('checkbox'),
    compare: page.getByRole('button', { name: /^Compare/ }),
    exportSeveral: page.getByRole('button', { name: /^Export \d+$/ }),
    details,
    open: details.getByRole('button', { name: 'Open', exact: true }),
    duplicate: details.getByRole('button', { name: 'Duplicate' }),
    copyLink: details.getByRole('button', { name: 'Copy a link to this session' }),
    remove: details.getByRole('button', { name: 'Delete' }),
    note: details.getByRole('textbox', { name: 'Note' }),
    exports: details.getByRole('button', { name: 'Export' }),
    undo: page.getByRole('button', { name: 'Undo' }),
  };
};
