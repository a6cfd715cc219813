// The nodes in the entries of a run: which act in training only, and where.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import type { FieldValues } from '../spec/fields.ts';
import { smallSpec, smallText } from '../verify/small-run.ts';
import { buildProgram } from './program.ts';
import { buildReader } from './reader-program.ts';
import { setUpRun } from './setup.ts';

describe('dropout', () => {
  const labelsOf = (fields: FieldValues): string[] => {
    const setup = unwrap(setUpRun(smallSpec({ fields: { layers: 2, dropout: 0.5, ...fields } }), null));
    const forward = buildProgram(setup).entries.find(({ name }) => name === 'train');
    const nodes = forward?.nodes.filter(({ op, label }) => op === 'dropout' && !label.startsWith('d(')) ?? [];
    return nodes.map(({ label }) => label).toSorted();
  };

  it('acts where its place says: after recurrence and MLP, or after the MLP only', () => {
    const after = (part: string): string[] => [0, 1].map((layer) => `layer${layer}/${part}/dropout`);
    expect(labelsOf({ mlp: true, dropoutPlace: 'blocks' })).toEqual([...after('mixer'), ...after('mlp')].toSorted());
    expect(labelsOf({ mlp: true, dropoutPlace: 'mlp' })).toEqual(after('mlp'));
    expect(labelsOf({ mlp: false, dropoutPlace: 'blocks' })).toEqual(after('mixer'));
    expect(labelsOf({ mlp: false, dropoutPlace: 'mlp' })).toEqual([]);
    expect(labelsOf({ mlp: true, dropout: 0 })).toEqual([]);
  });

  it('does not act in evaluation, samples', () => {
    const setup = unwrap(setUpRun(smallSpec({ task: 'char-text-v1', fields: { dropout: 0.5, mlp: true } }), smallText));
    const others = buildProgram(setup).entries.filter(({ name }) => name !== 'train');
    expect(others.map(({ name }) => name)).toEqual(['evaluate']);
    const reading = buildReader(setup, 2).entries;
    expect(reading.map(({ name }) => name)).toEqual(['answer', 'begin', 'step']);
    for (const { nodes } of [...others, ...reading]) expect(nodes.filter(({ op }) => op === 'dropout')).toEqual([]);
  });
});
