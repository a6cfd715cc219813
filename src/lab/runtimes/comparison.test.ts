// Comparing what computes, with real processes: what is found is kept, one that cannot compute does not stop the others, and the machine is the
// comparison's alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import { agreementParts, agrees } from '../../engine/spec/agreement.ts';
import type { WayReport } from '../../protocol/runtimes.ts';
import { Comparison, type Way } from './comparison.ts';
import { checkShape } from './store.ts';
import * as v from 'valibot';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-compared-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const wasm = { kind: 'cpu', module: 'wasm' };
const nowhere = { kind: 'abacus', module: null };

function comparing(ways: readonly Way[], needFree = (): void => undefined) {
  const told: (readonly WayReport[])[] = [];
  const comparison = new Comparison({
    ways: () => Promise.resolve(ways),
    dataFolder: () => folder,
    ops: ['concat', 'slice'],
    needFree,
    changed: (list) => told.push(list),
    failed: () => undefined,
  });
  return { comparison, told };
}

describe('comparing', () => {
  it('tries each way, says how it goes on, and keeps what it found for the next lab', async () => {
    const { comparison, told } = comparing([nowhere, wasm]);
    await comparison.start();
    expect(() => comparison.needIdle('race')).toThrow(AppFailure);
    await expect(comparison.start()).rejects.toMatchObject({ appError: { code: 'conflict' } });
    const [missing, found] = await comparison.done();
    expect(missing).toMatchObject({ id: 'abacus', check: null, failed: { code: 'unsupported' } });
    expect(found).toMatchObject({ id: 'cpu wasm', failed: null, work: null, check: { passed: 2, total: 2 } });
    const { agreement, step } = found?.check ?? {};
    for (const part of agreementParts) {
      expect(agreement?.[part].worst).toBeGreaterThan(0);
      expect(agreement && agrees(agreement[part])).toBe(true);
    }
    expect(step?.seconds).toBeGreaterThan(0);
    expect(told.flat().map(({ work }) => work)).toContainEqual({ done: 1, total: 2 });
    expect(() => comparison.needIdle('race')).not.toThrow();
    const later = comparing([wasm]).comparison;
    expect(await later.look()).toMatchObject([{ id: 'cpu wasm', check: found?.check }]);
  });

  it('is called off between two answers and leaves nothing half done', async () => {
    const { comparison } = comparing([{ kind: 'cpu', module: 'wasm' }]);
    const before = await comparison.look();
    await comparison.start(['cpu wasm']);
    expect(await comparison.cancel()).toEqual(before);
  });

  it('refuses what is not here, and a machine that is taken', async () => {
    const taken = new AppFailure({ code: 'conflict', message: say`the machine is taken` });
    const busy = comparing([wasm], () => {
      throw taken;
    });
    await expect(busy.comparison.start()).rejects.toBe(taken);
    await expect(busy.comparison.start(['abacus'])).rejects.toMatchObject({ appError: { code: 'not-found' } });
  });

  it('takes a file of no sense for none', async () => {
    writeFileSync(join(folder, 'runtimes/compared.json'), '{"cpu wasm": 5}');
    expect(await comparing([wasm]).comparison.look()).toMatchObject([{ check: null }]);
  });
});

it('a check that was kept before steps were compared is still one', () => {
  const old = { at: '', module: 'm', cuda: false, passed: 1, total: 1, differ: [], worst: 0 };
  expect(v.parse(checkShape, old)).toEqual({ ...old, agreement: null, step: null });
});
