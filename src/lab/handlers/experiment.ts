// Experiments before they run.
import { mixerSize } from '../../engine/models/mixer-size.ts';
import { models } from '../../engine/models/registry.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { readExperiment } from '../experiments/experiments.ts';
import type { Lab } from '../lab.ts';

type Area = 'experiment/validate' | 'experiment/preflight' | 'experiment/sizes' | 'session/import-experiment';

export const experimentHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'experiment/validate': async ({ spec }) => ({ issues: (await lab.judge(spec)).issues }),
  'experiment/preflight': async ({ spec }) => lab.preflighter.check(await lab.judge(spec)),
  'experiment/sizes': ({ width, expansion }) => {
    const hidden = Math.max(1, Math.floor(width * expansion));
    const sizes = Object.entries(models).map(([kind, model]) => [kind, mixerSize(model, width, hidden)] as const);
    return Promise.resolve({ sizes: Object.fromEntries(sizes) });
  },
  'session/import-experiment': ({ text }) => Promise.resolve().then(() => readExperiment(text, lab.catalogue())),
});
