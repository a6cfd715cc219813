// Where things are on the Race screen while there are runs. Locators only.
import type { Page } from '@playwright/test';

/** Titles of the four charts that are always there. */
export const chartTitles = ['Loss', 'Accuracy', 'Throughput', 'Memory'] as const;

export const racePage = (page: Page) => {
  const chart = (title: string) =>
    page.locator('figure').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  const bar = page.getByRole('toolbar', { name: 'Controls of the race' });
  const view = page.getByRole('toolbar', { name: 'How the charts are read' });
  const table = page.getByRole('grid', { name: 'Runs' });
  return {
    loadThatRace: page.getByRole('button', { name: 'Start that race' }),
    chooseModels: page.getByRole('button', { name: 'Choose models' }),
    bar,
    pauseAll: bar.getByRole('button', { name: 'Pause all' }),
    resumeAll: bar.getByRole('button', { name: 'Resume all' }),
    pause: bar.getByRole('button', { name: 'Pause', exact: true }),
    singleStep: bar.getByRole('button', { name: 'Single step' }),
    stop: bar.getByRole('button', { name: 'Stop and keep' }),
    rate: bar.getByRole('button', { name: 'Learning rate' }),
    rateField: page.getByRole('dialog', { name: 'Learning rate' }).getByRole('textbox'),
    rateMessage: page.getByRole('dialog', { name: 'Learning rate' }).locator('.msg'),
    applyRate: page.getByRole('button', { name: 'Apply' }),
    fork: bar.getByRole('button', { name: 'Fork from here' }),
    forkDialog: page.getByRole('dialog', { name: /^Fork of / }),
    startFork: page.getByRole('button', { name: 'Start the fork' }),
    progress: page.getByRole('progressbar', { name: 'Progress of the race' }),
    summary: bar.locator('.state .status'),
    axis: (name: string) =>
      view.getByRole('radiogroup', { name: 'Horizontal axis' }).getByRole('radio', { name, exact: true }),
    logX: view.getByRole('button', { name: 'log x' }),
    moreCharts: view.getByRole('button', { name: 'Chart', exact: true }),
    chartChoice: (title: string) => page.getByRole('menuitemcheckbox', { name: title }),
    chart,
    canvas: (title: string) => chart(title).locator('canvas'),
    plot: (title: string) => chart(title).locator('.plot-host'),
    logY: (title: string) => chart(title).getByRole('button', { name: 'log', exact: true }),
    lossOf: (name: 'Train' | 'Val') => chart('Loss').getByRole('radio', { name }),
    asTable: (title: string) => page.getByRole('button', { name: `${title} as a table` }),
    asChart: (title: string) => page.getByRole('button', { name: `${title} as a chart` }),
    stored: (title: string) => chart(title).locator('table.tbl tbody tr'),
    tip: (title: string) => chart(title).locator('.tip'),
    dots: (title: string) => chart(title).locator('circle.dot'),
    cursor: (title: string) => chart(title).locator('path.cursor'),
    table,
    rows: table.locator('tbody tr'),
    row: (name: string) => table.locator('tbody tr').filter({ hasText: name }),
    drawer: page.getByRole('complementary', { name: 'Setup' }),
    result: page.locator('p.result'),
    exportMenu: view.getByRole('button', { name: 'Export' }),
    panel: (name: string) =>
      page.getByRole('radiogroup', { name: 'What is shown of the race' }).getByRole('radio', { name, exact: true }),
    editAsNew: page.getByRole('button', { name: 'Edit as new race' }),
  };
};
