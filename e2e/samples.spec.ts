// What runs write and answer: shown while they train, kept, and asked for again.
import type { Page } from '@playwright/test';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { allFinished, openExperiment, startExperiment } from './actions/race.ts';
import { openLab } from './actions/shell.ts';
import { expectCleanInBoth } from './support/axe.ts';
import { endless, tinyRace } from './support/specs.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { expect, test } from './support/test.ts';

const column = (page: Page, run: string) => page.getByRole('region', { name: run, exact: true });
const slider = (page: Page) => page.getByRole('slider', { name: 'Step' });

const reading: ExperimentSpec = {
  ...tinyRace({ name: 'Two read', steps: 60, training: { evaluateEvery: 20, evaluateAtStart: true } }),
  task: { id: 'char-text-v1', fields: { length: 16, evalSequences: 4 } },
};

test('two models write from one prompt: letters with their probabilities, along the steps, and again on demand', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await openExperiment(page, reading);
  const examples = page.getByRole('region', { name: 'Three examples' });
  await expect(examples.getByRole('listitem')).toHaveCount(3);
  await setupPage(page).start.click();
  await allFinished(page, 2);
  await racePage(page).panel('Samples').click();
  const letters = (run: string) => column(page, run).locator('.letter');
  for (const run of ['minGRU', 'GRU']) {
    await expect(letters(run)).not.toHaveCount(0);
    await expect(column(page, run)).toContainText('Longest copy');
    await expect(column(page, run)).toContainText(/val loss [\d.]+ nats, [\d.]+ bits a letter/);
  }
  const writtenAtEnd = await letters('GRU').allTextContents();
  await slider(page).press('Home');
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '0');
  await expect.poll(() => letters('GRU').allTextContents()).not.toEqual(writtenAtEnd);
  await slider(page).press('End');
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '60');
  await expect.poll(() => letters('GRU').allTextContents()).toEqual(writtenAtEnd);

  // The written letter is among the candidates, with the probability that shades it.
  const text = page.getByRole('group', { name: /What GRU wrote/ });
  await text.focus();
  await text.press('ArrowRight');
  const tip = column(page, 'GRU').locator('.alternatives');
  await expect(tip.locator('tr.hit')).toHaveCount(1);
  const share = Number(
    await letters('GRU')
      .first()
      .evaluate((one) => getComputedStyle(one).getPropertyValue('--p')),
  );
  await expect(tip.locator('tr.hit')).toContainText(`${Math.round(share * 100)}`);
  await text.press('Escape');
  await expect(tip).toBeHidden();
  await expectCleanInBoth(page, 'Samples');

  const prompt = page.getByLabel('Prompt');
  await prompt.fill('漢');
  await page.getByRole('button', { name: 'Write again' }).click();
  await expect(page.getByRole('alert')).toContainText('which the text does not have');
  await prompt.fill('Call me');
  await page.getByLabel('Letters').fill('30');
  await page.getByRole('button', { name: 'Write again' }).click();
  for (const run of ['minGRU', 'GRU']) {
    await expect(column(page, run).getByRole('group')).toContainText('Call me');
    await expect.poll(async () => (await letters(run).allTextContents()).join('').length).toBeLessThanOrEqual(30);
  }
  await page.reload();
  await racePage(page).panel('Samples').click();
  await expect.poll(() => letters('GRU').allTextContents()).toEqual(writtenAtEnd);
  await page.reload();
  await readsPages(page);
});

/** The same held-out page for both runs: its letters, the errors underlined and counted, and what each run thought more likely. */
async function readsPages(page: Page): Promise<void> {
  await racePage(page).panel('Examples').click();
  const group = (run: string) => page.getByRole('group', { name: `A held-out page as ${run} reads it` });
  await expect(group('GRU').locator('.letter')).toHaveCount(16);
  const letters = await group('GRU').locator('.letter').allTextContents();
  await expect.poll(() => group('minGRU').locator('.letter').allTextContents()).toEqual(letters);
  for (const run of ['minGRU', 'GRU']) {
    const wrong = await group(run).locator('.wrong').count();
    await expect(column(page, run)).toContainText(`${16 - wrong} of 16 letters right`);
  }
  await group('GRU').press('ArrowRight');
  await expect(column(page, 'GRU').getByRole('status')).toContainText('stands here; given');
  await expect(page.getByRole('heading', { name: 'Most frequent errors' })).toBeVisible();
  await expectCleanInBoth(page, 'Examples of a text');
}

test('held-out examples: the task in Setup, the answers of each run, errors marked, by position and along the steps', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  const spec = tinyRace({ steps: 60 });
  await openExperiment(page, spec);
  const examples = page.getByRole('region', { name: 'Three examples' });
  await expect(examples.getByText('Answers')).toHaveCount(3);
  const before = await examples.innerText();
  await page.getByRole('textbox', { name: 'Symbols to copy' }).fill('5');
  await expect.poll(() => examples.innerText()).not.toBe(before);
  const lengths = async (): Promise<readonly number[]> =>
    (await examples.locator('code').allTextContents()).map((answers) => answers.split(' ').length);
  await expect.poll(lengths).toEqual([5, 5, 5]);
  await page.getByRole('textbox', { name: 'Symbols to copy' }).fill('2');
  await setupPage(page).start.click();
  await allFinished(page, 2);
  await racePage(page).panel('Examples').click();
  const detail = page.getByRole('region', { name: 'Example 1', exact: true });
  const row = detail.getByRole('row').filter({ hasText: /^\s*minGRU/ });
  await expect(row).toHaveCount(3);
  const answers = row.first();
  const target = await detail.getByRole('row').filter({ hasText: 'Target' }).locator('.cell').allTextContents();
  const given = await answers.locator('.cell').allTextContents();
  const wrong = await answers.locator('.wrong').count();
  expect(given).toHaveLength(target.length);
  expect(given.filter((one, i) => one !== target[i])).toHaveLength(wrong);
  const right = target.length - wrong;
  await expect(answers.locator('td.num').first()).toHaveText(String(right));
  const listed = page.locator('.list button[aria-current="true"] .figure');
  expect(await listed.allTextContents()).toContain(String(right));
  await expect(row.nth(1).locator('.now')).toHaveText(String(right));
  const kinds = detail.locator('td.last').first();
  await expect(kinds.getByRole('img', { name: /%/ }).or(kinds.getByText('none'))).toBeVisible();
  await slider(page).press('Home');
  await expect(slider(page)).not.toHaveAttribute('aria-valuenow', '60');
  // From the first stored step through all of them, by the keyboard; the last one ends it.
  await slider(page).press('Space');
  await expect(slider(page)).toHaveAttribute('aria-valuenow', '60');
  await expect(page.getByRole('button', { name: 'Play through the stored steps' })).toBeVisible();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('button', { name: 'Next stored step' }).click();
  await expect(slider(page)).not.toHaveAttribute('aria-valuenow', '60');
  await expectCleanInBoth(page, 'Examples');
});

test('a text is written between the turns of other runs', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, { ...reading, budget: { unit: 'steps', amount: endless } });
  await racePage(page).panel('Samples').click();
  await page.getByLabel('Prompt').fill('whale');
  await page.getByLabel('Letters').fill('20');
  await page.getByRole('button', { name: 'Write again' }).click();
  for (const run of ['minGRU', 'GRU']) await expect(column(page, run).getByRole('group')).toContainText('whale');
});

test('a task with two answers shows both: what each asks, who was right, and what each adds to the loss', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await openExperiment(page, {
    ...tinyRace({ steps: 30 }),
    task: { id: 'adding-order-v1', fields: { length: 6, evalSequences: 8 } },
  });
  const examples = page.getByRole('region', { name: 'Three examples' });
  await expect(examples.getByText('Order', { exact: true })).toHaveCount(3);
  for (const text of await examples.locator('li code:last-child').allTextContents())
    expect(['a≤b', 'a>b']).toContain(text);
  await setupPage(page).start.click();
  await allFinished(page, 2);
  await expect(page.getByRole('columnheader', { name: 'Train: Sum' })).toBeVisible();
  await racePage(page).panel('Examples').click();
  const detail = page.getByRole('region', { name: 'Example 1', exact: true });
  await expect(detail.getByRole('heading', { name: /^Sum The sum of the two marked values/ })).toBeVisible();
  const answers = (title: string) => detail.getByRole('region', { name: `Answers: ${title}` });
  const given = (title: string) =>
    answers(title)
      .getByRole('row')
      .filter({ hasText: /^\s*minGRU/ });
  await expect(given('Sum')).toContainText(/off by \d/);
  const wanted = await answers('Order').getByRole('row').filter({ hasText: 'Target' }).locator('.cell').innerText();
  const said = await given('Order').locator('.cell').innerText();
  await expect(given('Order')).toContainText(said === wanted ? 'all right' : 'wrong at 1');
  // The list counts both, and the figures are about the one that is chosen.
  const rightOf = async (title: string): Promise<number> =>
    Number(await given(title).locator('td.num').first().innerText());
  const both = (await rightOf('Sum')) + (await rightOf('Order'));
  await expect(page.locator('.list button[aria-current="true"] .figure').first()).toHaveText(String(both));
  const which = detail.getByRole('radiogroup', { name: 'Which answer the figures below are about' });
  await expect(detail.getByText('What the errors are')).toBeVisible();
  await which.getByRole('radio', { name: 'Order' }).click();
  await expect(detail.getByText('Most frequent errors')).toBeVisible();
  await expectCleanInBoth(page, 'Examples of two answers');
});
