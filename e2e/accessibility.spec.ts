// Every screen is accessible: axe finds nothing serious in light and dark.
import { openExperiment, pauseAll, stepsOf } from './actions/race.ts';
import { goTo, openLab, screenAddresses, visit } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { expectClean } from './support/axe.ts';
import { endless, tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any screen, ${theme}`, async ({ page, program }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await openLab(page, program);
    const clean = async (screen: string): Promise<void> => {
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await expectClean(page, screen);
    };
    await clean('Start');
    await goTo(page, 'Race');
    await clean('Race, empty');
    await openExperiment(page, tinyRace({ steps: endless }));
    await expect(setupPage(page).plans).toHaveCount(2);
    await clean('Setup');
    await setupPage(page).start.click();
    await expect.poll(() => stepsOf(page, 0)).toBeGreaterThan(20);
    await expect(racePage(page).rows).toHaveCount(2);
    await clean('Race, running');
    await pauseAll(page);
    await goTo(page, 'Sessions');
    await expect(page.getByRole('complementary', { name: 'Session details' })).toContainText('Metrics');
    await clean('Sessions');
    const others = (await screenAddresses(page)).filter((address) => !['start', 'race', 'sessions'].includes(address));
    expect(others).toContain('settings');
    for (const address of others) {
      await visit(page, address);
      await clean(address);
    }
    await page.keyboard.press('Control+k');
    await clean('Palette');
  });
}
