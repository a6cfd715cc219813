// Session files.
import { resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { exportSession } from '../exports.ts';
import type { Lab } from '../lab.ts';

type Area =
  | 'session/current'
  | 'session/new'
  | 'session/open'
  | 'session/close'
  | 'session/save-as'
  | 'session/rename'
  | 'session/edit'
  | 'session/list'
  | 'session/details'
  | 'session/duplicate'
  | 'session/delete'
  | 'session/undelete'
  | 'session/export';

async function edited(lab: Lab, change: Parameters<Lab['keeper']['edit']>[0]): ReturnType<LabHandlers['session/edit']> {
  lab.keeper.edit(change);
  await lab.keeper.settled();
  return lab.keeper.state();
}

export const sessionHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'session/current': () => Promise.resolve(lab.current()),
  'session/new': ({ name, experiment }) => lab.newSession(name, experiment ?? null),
  'session/open': ({ path }) => lab.openSession(resolve(path)),
  'session/close': async ({ unsaved }) => {
    await lab.closeSession(unsaved);
    return null;
  },
  'session/save-as': ({ path, overwrite }) => lab.saveAs(resolve(path), overwrite ?? false),
  'session/rename': async ({ name }) => edited(lab, { name }),
  'session/edit': async ({ baseline, ...change }) => {
    if (typeof baseline === 'string' && !lab.keeper.has(baseline)) {
      throw new AppFailure({ code: 'not-found', message: `session: there is no run "${baseline}"`, field: 'baseline' });
    }
    return edited(lab, baseline === undefined ? change : { ...change, baseline });
  },
  'session/list': () => lab.sessionLibrary.list(),
  'session/details': ({ path }) => lab.sessionLibrary.details(path),
  'session/duplicate': ({ path }) => lab.duplicate(resolve(path)),
  'session/delete': async ({ path }) => ({ undo: await lab.deleteSession(resolve(path)) }),
  'session/undelete': ({ undo }) => lab.sessionLibrary.undelete(undo),
  'session/export': async (request) => exportSession(lab.keeper.store, request),
});
