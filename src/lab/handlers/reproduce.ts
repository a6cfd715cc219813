// What reproductions ask of the engine without a run.
import { layerWeights } from '../../engine/models/layer-weights.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';

export const reproduceHandlers: Pick<LabHandlers, 'reproduce/weights'> = {
  'reproduce/weights': ({ layers }) => Promise.resolve().then(() => ({ weights: layers.map(layerWeights) })),
};
