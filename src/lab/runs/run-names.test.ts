// Which run a person means: an exact match wins, an ambiguous name is answered with the candidates.
import { describe, expect, it } from 'vitest';
import { findRun } from './run-names.ts';
import { saying } from '../../../tests/support/saying.ts';

const runs = ['gru', 'GRU', 'minGRU · d 8', 'minGRU · d 64', 'Über', 'r-1'].map((name, i) => ({ id: `r-${i}`, name }));
const nameOf = (wanted: string): string => findRun(runs, wanted).name;
const refusal = (wanted: string): unknown => {
  try {
    return nameOf(wanted);
  } catch (error) {
    return (error as { appError: unknown }).appError;
  }
};

describe('findRun', () => {
  it.each([
    ['gru', 'gru'],
    ['GRU', 'GRU'],
    ['r-2', 'minGRU · d 8'],
    ['r-1', 'GRU'],
    ['über', 'Über'],
    ['Über'.normalize('NFD'), 'Über'],
    ['d 64', 'minGRU · d 64'],
  ])('%j is %j', (wanted, name) => expect(nameOf(wanted)).toBe(name));

  it('lists the candidates of an ambiguous name', () => {
    expect(refusal('Gru')).toMatchObject({
      code: 'bad-input',
      field: 'run',
      message: saying('run "Gru" fits 2 runs: gru (r-0), GRU (r-1)'),
    });
    expect(refusal('minGRU')).toMatchObject({
      message: saying('run "minGRU" fits 2 runs: minGRU · d 8 (r-2), minGRU · d 64 (r-3)'),
      cure: saying(/./),
    });
  });

  it('lists what there is when nothing fits', () => {
    expect(refusal('mamba')).toMatchObject({
      code: 'not-found',
      message: saying(/gru \(r-0\).*"mamba"/),
    });
    expect(refusal('')).toMatchObject({ code: 'not-found' });
  });
});
