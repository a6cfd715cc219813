// An LSTM with its products as one layer of the cpu's plan: the same function, and the same bits for any number of threads.
import { describe, expect, test } from 'vitest';
import { english } from '../../core/say.ts';
import type { Program } from '../../graph/graph.ts';
import { opTable } from '../../ops/registry.ts';
import { layerProgram, layerResults, layerSizes, resultDistance } from '../../verify/layer-program.ts';
import { withoutPrivateOps } from '../private-op.ts';
import { referenceDevice } from '../reference/index.ts';
import { cpuDevice, nativeModule } from './index.ts';
import { layerDefs, layerOps, withLayers } from './lstm-layer.ts';

const kindsOf = ({ entries }: Program): string[] => entries.flatMap(({ nodes }) => nodes.map(({ op }) => op));
const fuse = (program: Program): Program => withLayers(program, { ...opTable, ...layerDefs });
const state = await nativeModule();

describe.each(layerSizes)('a layer of %j', (layer) => {
  const program = layerProgram(layer);
  const fused = fuse(program);

  test('contains its products, and they are gone from the graph', () => {
    expect(kindsOf(fused).filter((kind) => /lstm|matmul/.test(kind))).toEqual(['layer.lstm', 'layer.lstmGrad']);
    expect(kindsOf(program)).toContain('matmul');
  });

  test('is the same function, by the definition of its ops', async () => {
    const [got, want] = await Promise.all(
      [withoutPrivateOps(fused, layerOps), program].map((one) =>
        layerResults(referenceDevice, one, { threads: 1, poison: true }),
      ),
    );
    expect(resultDistance(got ?? new Map(), want ?? new Map())).toBeLessThan(1e-12);
  });

  const why = 'why' in state ? ` (skipped: ${english(state.why)})` : '';
  test.skipIf(why !== '')(`on native kernels, the same bits for any number of threads${why}`, async () => {
    const options = { poison: true, schedule: 'op-by-op', module: 'native' } as const;
    const want = await layerResults(referenceDevice, program, { threads: 1 });
    const [first, ...others] = [1, 2, 3].map((threads) => layerResults(cpuDevice, program, { ...options, threads }));
    const one = await first;
    expect(resultDistance(one ?? new Map(), want)).toBeLessThan(2e-5);
    for (const other of others) expect(await other).toEqual(one);
  });
});

test('a product that something else reads stays, a gradient that arrives at the cells too', () => {
  const layer = { B: 2, T: 3, D: 4, H: 5, start: false };
  expect(kindsOf(fuse(layerProgram({ ...layer, also: 'gx' })))).toContain('lstm');
  const arriving = kindsOf(fuse(layerProgram({ ...layer, also: 'c' })));
  expect(arriving).toContain('layer.lstm');
  expect(arriving).toContain('lstmGrad');
});
