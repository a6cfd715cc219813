// Late answers never undo what a person has done in the meantime.
import { allFinished, startExperiment } from './actions/race.ts';
import { openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { shellPage } from './pages/shell.ts';
import { holdFiles, holdReplies } from './support/hold.ts';
import { endless, tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

/** Longer than the page waits before it writes its address, milliseconds. */
const addressWritten = 1000;

test('a prompt typed before the lab has sent the default stays, and so do its texts', async ({ page, program }) => {
  const prompts = await holdReplies(page, 'run/prompt');
  await openLab(page, program);
  const task = { id: 'char-text-v1', fields: { length: 64, evalSequences: 4 } } as const;
  // Steps of some milliseconds: thousands of points a second would only keep a slow machine busy.
  const training = { batch: 64, evaluateEvery: 100 };
  await startExperiment(page, { ...tinyRace({ training }), task, budget: { unit: 'steps', amount: endless } });
  await racePage(page).panel('Samples').click();
  const prompt = page.getByLabel('Prompt');
  await prompt.fill('whale');
  await page.getByLabel('Letters').fill('20');
  await page.getByRole('button', { name: 'Write again' }).click();
  const written = page.getByRole('region', { name: 'minGRU', exact: true }).getByRole('group');
  await expect(written).toContainText('whale');
  await prompts.waiting;
  prompts.release();
  // Whatever the answer changes is drawn by the second frame after it.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await expect(prompt).toHaveValue('whale');
  await expect(written).toContainText('whale');
});

test('navigation to another screen is not cancelled by a concurrent change of the address', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: 20 }));
  await allFinished(page, 2);
  const sessions = await holdFiles(page, /SessionsView-.*\.js/);
  await shellPage(page).screen('Sessions').click();
  await sessions.waiting;
  await racePage(page).axis('Tokens').click();
  await page.waitForTimeout(addressWritten);
  sessions.release();
  await expect(shellPage(page).screen('Sessions')).toHaveAttribute('aria-current', 'page');
});
