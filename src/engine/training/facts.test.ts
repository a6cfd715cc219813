// Facts of a run before it runs: work and tokens do not depend on how the batch is split or on the optimiser; what cannot run is refused.
import { describe, expect, it } from 'vitest';
import { ownGolden, readGoldenFolder } from '../../cli/golden-files.ts';
import type { TensorType } from '../core/tensor.ts';
import { unwrap } from '../core/result.ts';
import type { FieldValues } from '../spec/fields.ts';
import { opTable } from '../ops/registry.ts';
import type { GoldenFile } from '../verify/golden.ts';
import type { GoldenRunCase } from '../verify/golden-run.ts';
import { smallSpec, smallText } from '../verify/small-run.ts';
import { describeRun } from './describe.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';
import { saying } from '../../../tests/support/saying.ts';

const flopsWith = async (training: FieldValues): Promise<number> =>
  unwrap(await describeRun(smallSpec({ model: 'lstm', training: { batch: 8, ...training } }), null)).flopsPerToken;

describe('FLOPs', () => {
  it('are those of forward and backward pass: the same whatever updates the weights', async () => {
    const plain = await flopsWith({ optimiser: 'sgd', clip: 0 });
    for (const optimiser of ['adamw', 'adam', 'sgd']) expect(await flopsWith({ optimiser, clip: 1 })).toBe(plain);
  });

  it('of a token are the same for a batch in one piece and in parts', async () => {
    const whole = await flopsWith({ accumulate: 1 });
    for (const accumulate of [2, 4, 8])
      expect(Math.abs((await flopsWith({ accumulate })) / whole - 1)).toBeLessThan(1e-3);
  });

  it('of products are those that PyTorch counts', async () => {
    const golden = (await readGoldenFolder(ownGolden)).find(({ name }) => name === 'product_run');
    const { cases } = golden?.content as GoldenFile<GoldenRunCase & { readonly productFlopsPerStep: number }>;
    const minimal = cases.filter(({ spec }) => spec.model.kind.startsWith('min'));
    expect(minimal.length).toBeGreaterThan(0);
    for (const { spec, text, productFlopsPerStep } of minimal)
      expect(productsOf(unwrap(setUpRun(spec, text)))).toBe(productFlopsPerStep);
  });
});

/** FLOPs of all matrix products of a step. */
function productsOf(setup: Parameters<typeof buildProgram>[0]): number {
  const graph = buildProgram(setup, { asWritten: true }).entries.find(({ name }) => name === 'accumulate');
  const typesOf = (ids: readonly number[]): TensorType[] => ids.map((id) => graph!.values[id].type);
  const products = graph!.nodes.filter(({ op }) => op === 'matmul');
  const flops = products.map(({ inputs, outputs, attrs }) =>
    opTable.matmul.flops(typesOf(inputs), typesOf(outputs), { ...attrs, bias: false } as never),
  );
  return setup.training.accumulate * flops.reduce((sum, one) => sum + one, 0);
}

describe('settings', () => {
  it('that cannot be are refused, with the field', async () => {
    expect(await describeRun(smallSpec({ training: { accumulate: 3 } }), null)).toMatchObject({
      ok: false,
      error: {
        field: 'training.accumulate',
        message: saying('Gradient accumulation must divide the batch (4), got 3.'),
      },
    });
    const signed = smallSpec({ implementation: 'log-scan', fields: { candidate: 'identity' } });
    expect(await describeRun(signed, null)).toMatchObject({ ok: false, error: { field: 'model.implementation' } });
    expect(
      (await describeRun(smallSpec({ task: 'char-text-v1', taskFields: { length: 100_000 } }), smallText)).ok,
    ).toBe(false);
    const long = smallSpec({ implementation: 'loop', taskFields: { length: 60_000 } });
    expect(await describeRun(long, null)).toMatchObject({
      ok: false,
      error: {
        message: saying(
          'minGRU: implementation loop must have layers x length of at most 16,384 time steps, got 60,002',
        ),
      },
    });
  });
});
