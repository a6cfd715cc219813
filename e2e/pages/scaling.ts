// Where things are on the Scaling screen. Locators only.
import type { Page } from '@playwright/test';

export const scalingPage = (page: Page) => ({
  side: page.getByRole('complementary', { name: 'Scaling settings' }),
  field: (name: string) => page.getByRole('textbox', { name, exact: true }),
  series: (name: string) => page.getByRole('checkbox', { name, exact: true }),
  allSeries: page.getByRole('group', { name: 'Model and implementation' }).getByRole('checkbox'),
  add: page.getByRole('button', { name: 'Add implementation' }),
  measure: page.getByRole('button', { name: /^Measure/ }),
  stop: page.getByRole('button', { name: 'Stop' }),
  status: page.getByRole('main').locator('.bar').getByRole('status'),
  chart: (title: string) => page.getByRole('img', { name: new RegExp(`^${title} against`) }),
  /** Moves the pointer to a place in a chart, as a share of its width. */
  cursorAt: async (title: string, share: number) => {
    const plot = page.getByRole('group', { name: new RegExp(`^${title} against`) });
    const width = (await plot.boundingBox())?.width ?? 0;
    await plot.hover({ position: { x: width * share, y: 60 } });
  },
  /** What was measured at the size under the cursor. */
  values: (title: string) => page.getByRole('group', { name: new RegExp(`^${title} against`) }).getByRole('status'),
  asTable: (title: string) => page.getByRole('button', { name: `${title}: show as table` }),
  points: page.getByRole('region', { name: 'Measured points' }),
});
