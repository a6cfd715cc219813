// Every network that can be chosen is one function over time, step by step and in pieces, with the gradient of it: the published presets, and
// lists of parts as a person writes them.
import { describe, expect, it } from 'vitest';
import { loadDevice } from '../device/registry.ts';
import { presets } from '../models/presets/registry.ts';
import { models } from '../models/registry.ts';
import type { FieldValues } from '../spec/fields.ts';
import { stackCase } from './check-model.ts';
import type { DeviceUnderTest } from './check-op.ts';
import { failures } from './compare.ts';
import { checkRecurrence } from './recurrence.ts';

const cpu = await loadDevice('cpu');
const wasm: DeviceUnderTest = { device: cpu, options: { threads: 1, module: 'wasm' } };

async function expectOneFunction(settings: FieldValues, tokens: boolean): Promise<void> {
  const groups = await checkRecurrence(stackCase(models.minGru, settings, tokens, 5), [wasm]);
  expect(new Set(groups.map(({ check }) => check))).toEqual(
    new Set(['forms agree', 'chunks', 'start', 'differences', 'device']),
  );
  expect(failures(groups.flatMap(({ comparisons }) => comparisons))).toEqual([]);
}

describe('a network is one function over time, by steps and in pieces', () => {
  const published = Object.keys(presets).filter((name) => name !== 'own' && name !== 'alone');
  it.each(published)('%s', async (stack) => {
    // Tables of RWKV-4 start at 1e-4 before a norm: differences of any step see its curvature. Numbers go in there instead.
    // The heads of sLSTM share the width.
    const d = stack.startsWith('xlstm') ? 8 : 5;
    await expectOneFunction({ stack, d, dropout: 0.5 }, stack !== 'rwkv4');
  });

  it('alone: its numbers go in and out as they are', async () => {
    await expectOneFunction({ stack: 'alone', d: 4, layers: 2 }, false);
  });

  it.each([
    'conv, mixer, mlp',
    'post mixer > gelu > glu',
    'mixer & mlp(geglu, 2)',
    'gate(silu, 2: conv(3) > silu > mixer), bare mlp(relu2, 1)',
    'mixer(2), channel-mix(2) | gru, mlp(swiglu, 1), mlp(gelu)',
    'gate(gelu, 1: mixer & conv(2) > tanh)',
  ])('own parts: %s', async (block) => {
    await expectOneFunction({ stack: 'own', block, layers: 3, learnedStart: true }, false);
  });
});
