// What is not known yet is never said to be nothing: while the lab's answers are held back every screen shows that it is loading, and then the data.
import { goTo } from './actions/shell.ts';
import { holdReplies } from './support/hold.ts';
import { expect, test } from './support/test.ts';

const denials = /No sessions yet|Nobody on the starting line|No measurement|Nothing (has|runs)|Nothing measured/;

test('a screen that waits for the lab shows that it is loading, and only then that there is nothing', async ({
  page,
  program,
}) => {
  const answers = await holdReplies(page);
  await page.goto(program.url);
  for (const [screen, words] of [
    ['Start', ['Reading the list of sessions', 'Asking the lab what it can do', 'Looking at this machine']],
    ['Race', ['Opening the session']],
    ['Scaling', ['Looking for the last measurement']],
    ['Sessions', ['Reading the list of sessions']],
    ['Settings', ['Reading the settings']],
  ] as const) {
    await goTo(page, screen);
    for (const word of words) await expect(page.getByRole('status').filter({ hasText: word })).toBeVisible();
    await expect(page.locator('main')).not.toContainText(denials);
  }
  answers.release();
  await goTo(page, 'Sessions');
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await goTo(page, 'Race');
  await expect(page.getByText('Nobody on the starting line yet')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Opening the session' })).toHaveCount(0);
});
