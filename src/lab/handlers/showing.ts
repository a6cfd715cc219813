// What runs write and answer, and examples of tasks.
import type { LabHandlers } from '../../protocol/rpc.ts';
import { examplesOfRun, examplesOfTask, promptOf } from '../runs/examples.ts';
import type { Lab } from '../lab.ts';
import { sample } from '../race/race-actions.ts';

type Area =
  'run/sample' | 'run/samples' | 'run/sample-text' | 'run/answers' | 'run/examples' | 'run/prompt' | 'task/examples';

export const showingHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'run/sample': async (request) => sample(lab.race, request),
  'run/samples': async ({ run }) => lab.keeper.store.sampleMarks(run),
  'run/sample-text': async ({ run, id }) => lab.keeper.store.sample(run, id),
  'run/answers': async ({ run }) => lab.keeper.store.answers(run),
  'run/examples': async ({ run }) => examplesOfRun(lab.keeper.run(run), lab.race.texts),
  'run/prompt': async ({ run }) => ({ prompt: await promptOf(lab.keeper.run(run), lab.race.texts) }),
  'task/examples': async ({ task, count }) => examplesOfTask(task, count, lab.datasets),
});
