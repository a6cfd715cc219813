// The scaling measurement.
import type { LabHandlers } from '../../protocol/rpc.ts';
import type { Lab } from '../lab.ts';
import { suggestedSpec } from '../scaling/spec.ts';

type Area = 'scaling/start' | 'scaling/stop' | 'scaling/latest';

export const scalingHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'scaling/start': ({ spec }) => lab.scaling.start(spec),
  'scaling/stop': () => lab.scaling.stop(),
  'scaling/latest': async () => ({ result: await lab.scaling.latest(), suggested: suggestedSpec }),
});
