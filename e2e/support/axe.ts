// Serious findings of axe on a page: one line each with rule, element and advice.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './test.ts';

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}

/** Nothing serious in the theme that is shown. */
export async function expectClean(page: Page, screen: string): Promise<void> {
  expect(await findings(page), screen).toEqual([]);
}

/** Nothing serious in light and in dark. */
export async function expectCleanInBoth(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    await expectClean(page, `${screen}, ${colorScheme}`);
  }
}
