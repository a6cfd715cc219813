// The bounds of HGRN's forget gates belong to all layers together, and are those of another implementation.
import { describe, expect, it } from 'vitest';
import { f32 } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { assign } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf } from '../spec/fields.ts';
import { hgrn, lowerBound } from './hgrn.ts';
import { stackFields } from './stack-fields.ts';
import { stackParallel } from './stack.ts';

// PyTorch in float64: lb[l] = s[1] + .. + s[l], s = softmax of Gamma over 4 layers of 3 channels.
const gamma = [
  -0.70703125, 0.77734375, 0.20703125, 0.04296875, 1.03125, 1.078125, -1.04296875, -0.52734375, 0.48828125, -1.90234375,
  -2.3359375, -1.359375,
];
const bounds = [
  [0.512060497, 0.494882224, 0.485369388],
  [0.684924517, 0.599021173, 0.754464927],
  [0.758119748, 0.616087926, 0.796876031],
];

/** Bounds of layers 1 to 3 for a Gamma. */
async function boundsOf(values: readonly number[]): Promise<number[][]> {
  const program = new ProgramBuilder(opTable);
  program.entry('bounds', (builder) => {
    const read = builder.read(program.variable('gamma', f32(4, 3), 'input'));
    for (const layer of [1, 2, 3]) {
      const out = builder.read(program.variable(`bound${layer}`, f32(3), 'output'));
      assign(builder, out, lowerBound(builder, read, layer));
    }
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  executable.write('gamma', values);
  executable.run('bounds');
  const found: number[][] = [];
  for (const layer of [1, 2, 3]) found.push(Array.from(await executable.read(`bound${layer}`)));
  await executable.dispose();
  return found;
}

describe('lower bounds of HGRN', () => {
  it('are the cumulative softmax over layers that PyTorch computes', async () => {
    const found = await boundsOf(gamma);
    found.flat().forEach((value, i) => expect(value).toBeCloseTo(bounds.flat()[i] ?? NaN, 8));
  });

  it('do not depend on what is added to all layers, however large', async () => {
    const near = await boundsOf(gamma);
    const far = await boundsOf(gamma.map((value) => value + 1024));
    far.flat().forEach((value, i) => expect(value).toBeCloseTo(near.flat()[i] ?? NaN, 10));
  });

  it('are one tensor for the whole stack, without weight decay; a single layer has none', () => {
    const weightsOf = (layers: number) => {
      const program = new ProgramBuilder(opTable);
      const values = { ...defaultsOf(stackFields), layers, d: 4, expansion: 1 };
      const input = { kind: 'features', width: 2 } as const;
      program.entry('all', (builder) => {
        const x = builder.read(program.variable('x', f32(1, 3, 2), 'input'));
        const config = {
          model: hgrn,
          implementation: 'fused',
          values,
          inputs: [input],
          heads: [{ outputs: 1 }],
          longest: 8,
        };
        stackParallel(builder, [x], null, config, null);
      });
      return program.variables.filter(({ name }) => name.includes('lowerBounds'));
    };
    expect(weightsOf(3).map(({ name, type, decay }) => [name, type.shape, decay])).toEqual([
      ['mixer/lowerBounds', [3, 4], false],
    ]);
    expect(weightsOf(1)).toEqual([]);
  });
});
