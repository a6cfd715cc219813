// The rows that compare what computes: one for each way and each installed runtime, bars against the slowest, and why a row has no number.
import { describe, expect, it } from 'vitest';
import { verbatim } from '../../../engine/core/say.ts';
import type { RuntimeCheck, RuntimeReport, WayReport } from '../../../protocol/runtimes.ts';
import { comparedRows } from './comparison-rows.ts';

const difference = { worst: 1e-7, allowed: 1e-5 };
const checked = (seconds: number | null): RuntimeCheck => ({
  at: '2026-01-01',
  module: 'm',
  cuda: false,
  passed: 1,
  total: 1,
  differ: [],
  worst: 0,
  agreement: { forward: difference, gradient: difference, update: difference },
  step: seconds === null ? null : { seconds, steps: 3 },
});
const way = (id: string, rest: Partial<WayReport> = {}): WayReport => {
  const [kind = '', module = null] = id.split(' ');
  return { id, kind, module, check: null, work: null, failed: null, ...rest };
};
const devices = [
  { kind: 'cpu', title: 'CPU', state: 'ready', detail: verbatim(''), threads: 2, storages: [] },
  { kind: 'webgpu', title: 'WebGPU', state: 'software', detail: verbatim(''), threads: 1, storages: [] },
] as const;
const installed = { at: '', version: '2.15.1', packageVersion: '4', bytes: 1, folder: '', broken: null };
const runtime = (check: RuntimeCheck | null): RuntimeReport => ({
  id: 'tensorflow',
  title: 'TensorFlow',
  version: '2.15.1',
  package: 'p',
  fetchBytes: 1,
  diskBytes: 1,
  impossible: null,
  work: null,
  failed: null,
  installed: { ...installed, check },
});

describe('rows of the comparison', () => {
  it('are named by device and module, and their bars are shares of the slowest', () => {
    const ways = [way('cpu native', { check: checked(0.01) }), way('webgpu', { check: checked(0.04) })];
    const rows = comparedRows(ways, [runtime(checked(0.02))], devices);
    expect(rows.map(({ title, share, state }) => [title, share, state])).toEqual([
      ['CPU, native', 0.25, 'checked'],
      ['WebGPU', 1, 'checked'],
      ['TensorFlow 2.15.1', 0.5, 'checked'],
    ]);
  });

  it('say why there is no number, and show nothing of what is not installed', () => {
    const ways = [
      way('cpu native'),
      way('cpu wasm', { work: { done: 1, total: 2 } }),
      way('webgpu', { failed: { code: 'unsupported', message: verbatim('no') } }),
    ];
    const rows = comparedRows(ways, [{ ...runtime(null), installed: null }], devices);
    expect(rows.map(({ state, seconds, share }) => [state, seconds, share])).toEqual([
      ['unchecked', null, 0],
      ['working', null, 0],
      ['failed', null, 0],
    ]);
    expect(comparedRows([way('webgpu', { check: checked(null) })], [], devices)[0]?.state).toBe('checked');
  });
});
