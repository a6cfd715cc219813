// Published networks train on every device: their first losses are those of the reference. An adapter that is software takes seconds to build the
// kernels of one network; there those run that have every kind of part, norm and start between them.
import { describe, expect, test } from 'vitest';
import { english } from '../core/say.ts';
import { deviceKinds, loadDevice } from '../device/registry.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { partsOf, type Layout } from '../models/layout.ts';
import { layoutOf, presets } from '../models/presets/registry.ts';
import { stackFields } from '../models/stack-fields.ts';
import { defaultsOf } from '../spec/fields.ts';
import { lossDistance, lossesOf, type LossRun } from './losses.ts';

const published = Object.keys(presets).filter((name) => name !== 'own' && name !== 'alone');
// Alone, a recurrence has no part but itself, and answers a task of numbers (training/two-species.test.ts).
const covering = ['griffin', 's4d', 'rwkv4', 'gau-alpha'];
const runOf = (stack: string): Omit<LossRun, 'device'> => ({ model: 'minGru', steps: 4, fields: { stack, layers: 1 } });

const defined = new Map<string, Promise<number[]>>();
function definedLosses(stack: string): Promise<number[]> {
  const losses = defined.get(stack) ?? lossesOf({ device: referenceDevice, ...runOf(stack) });
  defined.set(stack, losses);
  return losses;
}

const others = await Promise.all(
  deviceKinds
    .filter((kind) => kind !== referenceDevice.kind)
    .map(async (kind) => {
      const device = await loadDevice(kind);
      const { missing, software } = await device.capabilities();
      const title = missing === null ? kind : `${kind} (skipped: ${english(missing)})`;
      return { title, device, missing, networks: software === null ? published : covering };
    }),
);

describe.each(others)('$title', ({ device, missing, networks }) => {
  test.skipIf(missing !== null).each(networks)('%s', async (stack) => {
    const want = await definedLosses(stack);
    expect(new Set(want).size).toBeGreaterThan(4);
    expect(lossDistance(await lossesOf({ device, ...runOf(stack) }), want)).toBeLessThan(1);
  });
});

/** What a device must compute for a layout. */
function kindsIn({ norm, blocks, embedding }: Layout): readonly string[] {
  const rows = blocks.flat();
  const parts = partsOf(rows.flatMap((row) => row.parts)).map(({ part }) => part);
  return [norm.kind, norm.weight, ...rows.map((row) => row.norm), ...(embedding.norm ? ['embedding'] : []), ...parts];
}

test('the networks for software have every kind of part and norm between them', () => {
  const kinds = (names: readonly string[]): ReadonlySet<string> =>
    new Set(
      names.flatMap((stack) => {
        const found = layoutOf({ ...defaultsOf(stackFields), stack });
        return 'layout' in found ? kindsIn(found.layout) : [];
      }),
    );
  expect(kinds(covering)).toEqual(kinds(published));
});
