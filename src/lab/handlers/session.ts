// Session files.
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { exportKinds } from '../../protocol/export-kinds.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { compareSessions } from '../session/compare.ts';
import { exportSession } from '../exporting/exports.ts';
import { exportSessions } from '../exporting/exports-several.ts';
import type { Lab } from '../lab.ts';

type Area =
  | 'session/current'
  | 'session/new'
  | 'session/open'
  | 'session/compare'
  | 'session/close'
  | 'session/save-as'
  | 'session/put-texts'
  | 'session/rename'
  | 'session/edit'
  | 'session/list'
  | 'session/details'
  | 'session/duplicate'
  | 'session/delete'
  | 'session/undelete'
  | 'session/export'
  | 'session/export-several';

async function edited(lab: Lab, change: Parameters<Lab['keeper']['edit']>[0]): ReturnType<LabHandlers['session/edit']> {
  lab.keeper.edit(change);
  await lab.keeper.settled();
  return lab.keeper.state();
}

/** An export must contain the latest weights, not an older checkpoint under the newest step. */
const exportHandlers = (lab: Lab): Pick<LabHandlers, 'session/export' | 'session/export-several'> => ({
  'session/export': async ({ path, ...request }) => {
    const target =
      path === undefined ? {} : { path: lab.paths.requireTarget('export', path, exportKinds[request.format].ending) };
    await lab.keeper.settled();
    return exportSession(lab.keeper, { ...request, ...target }, true);
  },
  'session/export-several': async ({ paths, ...request }) => {
    const chosen = await Promise.all(paths.map((path) => lab.paths.requireSession('export', path)));
    const open = lab.session.current() === null ? null : lab.keeper;
    await open?.settled();
    return exportSessions(open, { paths: chosen, ...request });
  },
});

const noRun = (id: string): AppFailure =>
  new AppFailure({ code: 'not-found', message: say`session: there is no run "${asIs(id)}"`, field: 'baseline' });

export const sessionHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'session/current': () => Promise.resolve(lab.session.current()),
  'session/new': ({ name, experiment }) => lab.session.create(name, experiment ?? null),
  'session/open': async ({ path }) => lab.session.open(await lab.paths.requireSession('open', path)),
  'session/compare': async ({ paths }) => {
    const chosen = await Promise.all(paths.map((path) => lab.paths.requireSession('compare', path)));
    return lab.session.open(await compareSessions(lab.sessionLibrary, chosen));
  },
  'session/close': async ({ unsaved }) => {
    await lab.session.close(unsaved);
    return null;
  },
  'session/save-as': async ({ path, overwrite }) =>
    lab.session.saveAs(lab.paths.requireTarget('save as', path, '.rnnlab'), overwrite ?? false),
  'session/put-texts': async () => ({ texts: await lab.race.texts.putIntoSession() }),
  'session/rename': async ({ name }) => edited(lab, { name }),
  'session/edit': async ({ baseline, ...change }) => {
    if (typeof baseline === 'string' && !lab.keeper.has(baseline)) throw noRun(baseline);
    return edited(lab, baseline === undefined ? change : { ...change, baseline });
  },
  'session/list': () => lab.sessionLibrary.list(),
  'session/details': async ({ path }) => lab.sessionLibrary.details(await lab.paths.requireSession('details', path)),
  'session/duplicate': async ({ path }) => lab.session.duplicate(await lab.paths.requireSession('duplicate', path)),
  'session/delete': async ({ path }) => ({
    undo: await lab.session.delete(await lab.paths.requireSession('delete', path)),
  }),
  'session/undelete': ({ undo }) => lab.sessionLibrary.undelete(undo),
  ...exportHandlers(lab),
});
