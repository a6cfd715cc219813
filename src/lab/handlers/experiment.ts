// Experiments before they run.
import type { LabHandlers } from '../../protocol/rpc.ts';
import { readExperiment } from '../experiments/experiments.ts';
import type { Lab } from '../lab.ts';

type Area = 'experiment/validate' | 'experiment/preflight' | 'session/import-experiment';

export const experimentHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'experiment/validate': async ({ spec }) => ({ issues: (await lab.judge(spec)).issues }),
  'experiment/preflight': async ({ spec }) => lab.preflighter.check(await lab.judge(spec)),
  'session/import-experiment': ({ text }) => Promise.resolve().then(() => readExperiment(text, lab.catalogue())),
});
