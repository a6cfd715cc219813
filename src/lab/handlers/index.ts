// One handler per request, checked for completeness by type; each area has its own file.
import type { LabHandlers } from '../../protocol/rpc.ts';
import type { Lab } from '../lab.ts';
import { dataHandlers } from './data.ts';
import { experimentHandlers } from './experiment.ts';
import { generalHandlers } from './general.ts';
import { raceHandlers } from './race.ts';
import { reproduceHandlers } from './reproduce.ts';
import { runtimeHandlers } from './runtimes.ts';
import { scalingHandlers } from './scaling.ts';
import { sessionHandlers } from './session.ts';
import { showingHandlers } from './showing.ts';

export const handlersOf = (lab: Lab): LabHandlers => ({
  ...generalHandlers(lab),
  ...dataHandlers(lab),
  ...sessionHandlers(lab),
  ...experimentHandlers(lab),
  ...raceHandlers(lab),
  ...showingHandlers(lab),
  ...scalingHandlers(lab),
  ...reproduceHandlers,
  ...runtimeHandlers(lab),
});
