// Runtimes that can be added to the lab, and how what computes compares.
import type { LabHandlers } from '../../protocol/rpc.ts';
import type { Lab } from '../lab.ts';

type Area = `runtime/${'list' | 'add' | 'check' | 'cancel' | 'remove'}` | `comparison/${'list' | 'start' | 'cancel'}`;

export const runtimeHandlers = ({ runtimes, comparison }: Lab): Pick<LabHandlers, Area> => ({
  'runtime/list': () => runtimes.look(),
  'runtime/add': ({ id }) => runtimes.add(id),
  'runtime/check': ({ id }) => runtimes.check(id),
  'runtime/cancel': ({ id }) => runtimes.cancel(id),
  'runtime/remove': ({ id }) => runtimes.remove(id),
  'comparison/list': () => comparison.look(),
  'comparison/start': ({ ids }) => comparison.start(ids),
  'comparison/cancel': () => comparison.cancel(),
});
