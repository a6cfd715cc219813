// What is on the disk after measurements were written in quick succession.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ScalingResult } from '../../engine/spec/scaling.ts';
import { scalingSets } from './sets.ts';
import { newId, ScalingStore } from './store.ts';

it('keeps what was written last, however many writes are on their way, and nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minrnn-scaling-store-'));
  try {
    const store = new ScalingStore(folder);
    const [spec] = scalingSets.quick;
    const id = newId(new Date());
    const result = (seconds: number): ScalingResult => ({
      id,
      spec,
      state: seconds < 20 ? 'running' : 'finished',
      started: seconds === 0 ? 'x'.repeat(20_000_000) : '2026-01-31T12:00:00Z',
      seconds,
      planned: 20,
      points: [],
      environment: null,
      memoryFree: 1,
    });
    // The first takes longest to write: if written concurrently it would finish last.
    await Promise.all(Array.from({ length: 21 }, (_, seconds) => store.write(result(seconds))));
    expect(await store.latest()).toEqual(result(20));
    expect(readdirSync(join(folder, 'scaling'))).toEqual([`${id}.json`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
