// What this machine has, and settings.
import type { LabHandlers } from '../../protocol/rpc.ts';
import type { Lab } from '../lab.ts';
import { describeMachine } from '../engines/machine.ts';
import { presets } from '../experiments/presets.ts';

type Area = 'lab/describe' | 'settings/get' | 'settings/set';

export const generalHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'lab/describe': async () => {
    const machine = await describeMachine(lab.settings.now.sessionsFolder, lab.runtimes);
    // Every page asks this first, so earlier problems are reported here.
    for (const error of lab.takeProblems()) lab.hub.send('problem', { error, run: null });
    return { machine, catalogue: lab.catalogue(), presets };
  },
  'settings/get': () => Promise.resolve(lab.settings.now),
  'settings/set': async (change) => {
    for (const field of ['sessionsFolder', 'dataFolder'] as const) {
      const folder = change[field];
      if (folder !== undefined && folder !== lab.settings.now[field]) lab.paths.requireFolder(field, folder);
    }
    return lab.changeSettings(change);
  },
});
