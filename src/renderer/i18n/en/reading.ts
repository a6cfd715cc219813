// English texts for choosing among many runs: panels, labels, colours, filter, saved views and sweeps.
export const reading = {
  panels: 'What is shown of the race',
  panel: { charts: 'Charts', sweep: 'Sweep', samples: 'Samples', examples: 'Examples' },
};
