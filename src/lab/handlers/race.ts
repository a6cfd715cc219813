// Runs and their curves.
import type { LabHandlers } from '../../protocol/rpc.ts';
import type { Lab } from '../lab.ts';
import { importWeights } from '../runs/import-weights.ts';
import { resultOf } from '../race/race-result.ts';
import { act, remove } from '../race/race-actions.ts';
import { readLimits, readUserFile } from '../files/read-file.ts';
import { freeName } from '../runs/run-names.ts';

type Area =
  'race/start' | 'race/act' | 'run/edit' | 'run/delete' | 'run/import-weights' | 'series/query' | 'race/result';

export const raceHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'race/start': ({ spec }) => lab.start(spec),
  'race/act': async ({ runs, action }) => {
    if (['resume', 'step', 'fork'].includes(action.kind)) lab.scaling.needIdle('race');
    const { weights } = action.kind === 'fork' ? action : {};
    const allowed = weights === undefined ? action : { ...action, weights: lab.paths.require('fork', weights) };
    await act(lab.race, runs, allowed, lab.catalogue().training);
    await lab.keeper.settled();
    return lab.keeper.state();
  },
  'run/edit': async ({ run, name, ...change }) => {
    const { keeper } = lab;
    keeper.needWritable();
    const others = keeper.runs().filter((other) => other.id !== run);
    const unique = name === undefined ? {} : { name: freeName(name, new Set(others.map((other) => other.name))) };
    keeper.update(run, { ...change, ...unique });
    await keeper.settled();
    return keeper.state();
  },
  'run/delete': async (request) => {
    const { keeper, race } = lab;
    await remove(race, 'runs' in request ? request.runs : [request.run]);
    await keeper.settled();
    return keeper.state();
  },
  'run/import-weights': async ({ run, path }) => {
    const file = lab.paths.require('import', path);
    const bytes = await readUserFile('import', file, readLimits.weights);
    await importWeights(lab.race, run, bytes, file);
    return lab.keeper.state();
  },
  'series/query': async (query) => lab.keeper.store.series(query),
  'race/result': async ({ x }) => ({ result: await resultOf(lab.keeper.state(), lab.keeper.store, x) }),
});
