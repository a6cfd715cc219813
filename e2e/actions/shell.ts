// What a person does with the frame: open the lab, go to a screen, use the palette, answer a question.
import { expect, type Page } from '@playwright/test';
import { shellPage } from '../pages/shell.ts';
import type { Program } from '../support/program.ts';

export type Screen = 'Start' | 'Race' | 'Scaling' | 'Sessions' | 'Data' | 'Settings';

/** Opens the address the program printed; ready when the lab has answered. */
export async function openLab(page: Page, program: Program): Promise<void> {
  await page.goto(program.url);
  await expect(shellPage(page).device).toBeVisible();
}

export async function goTo(page: Page, screen: Screen): Promise<void> {
  await shellPage(page).screen(screen).click();
  await expect(shellPage(page).screen(screen)).toHaveAttribute('aria-current', 'page');
}

/** Addresses of all screens: those that the rail leads to. */
export async function screenAddresses(page: Page): Promise<string[]> {
  const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(addresses).toContain('#/race');
  return addresses.map((address) => address.replace('#/', ''));
}

/** Shows the screen at an address of this page. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => void (location.hash = hash), `#/${address}`);
  await expect(page.locator('main > .screen h1').first()).toBeAttached();
}

/** Chooses in the command palette by typing. */
export async function command(page: Page, text: string): Promise<void> {
  const { palette, paletteField, paletteResults } = shellPage(page);
  await page.keyboard.press('Control+k');
  await paletteField.fill(text);
  await expect(paletteResults.first()).toContainText(new RegExp(text, 'i'));
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
}

/** Answers the question on the screen with a line of text. */
export async function answer(page: Page, text: string): Promise<void> {
  const shell = shellPage(page);
  await shell.answer.fill(text);
  await page.keyboard.press('Enter');
  await expect(shell.question).toBeHidden();
}

export async function renameSession(page: Page, name: string): Promise<void> {
  await page.keyboard.press('F2');
  await shellPage(page).nameField.fill(name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('banner').getByRole('button', { name, exact: true })).toBeVisible();
}
