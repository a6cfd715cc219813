// Sessions written by older versions still contain the same runs, and continue as before.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../src/engine/spec/run-spec.ts';
import { readCurves } from './support/curves.ts';
import { root, run, scratchFolder } from './support/program.ts';

const home = scratchFolder();
type LossCurve = readonly (readonly [step: number, loss: number])[];
interface Old {
  readonly runs: readonly {
    readonly name: string;
    readonly step: number;
    readonly spec: RunSpec;
    readonly before: LossCurve;
    readonly whole: LossCurve;
  }[];
}

const folder = join(root, 'tests/golden/sessions');
const stored = (name: string): Old => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Old;
function opened(name: string): string {
  const path = join(home, `${name}.rnnlab`);
  writeFileSync(path, gunzipSync(readFileSync(join(folder, `${name}.rnnlab.gz`))));
  return path;
}

async function lossesIn(path: string): Promise<ReadonlyMap<string, LossCurve>> {
  return new Map(
    (await readCurves(path)).map(({ name, points }) => {
      const { step, value } = points['val/loss'] ?? { step: [], value: [] };
      return [name, step.map((at, i) => [at, value[i] ?? NaN] as const)];
    }),
  );
}

describe.each([
  // The old reference rounded a few numbers differently, so the run is the same to six digits, not bit for bit.
  ['2026-11-23', 6],
  ['2026-11-30', 12],
])('a session of %s', (name, digits) => {
  it('holds the runs it held, and goes on to the losses that its own version went on to', async () => {
    const path = opened(name);
    const { runs } = stored(name);
    const shown = JSON.parse((await run(['session', 'show', path, '--json'], home)).out) as Old;
    expect(shown.runs.map((one) => [one.name, one.spec])).toEqual(runs.map((one) => [one.name, one.spec]));
    const before = await lossesIn(path);
    for (const one of runs) expect(before.get(one.name)).toEqual(one.before);

    const resumed = await run(['resume', path, '--json'], home);
    expect(resumed.err).toBe('');
    expect(resumed.code).toBe(0);
    const after = await lossesIn(path);
    for (const { name: who, whole } of runs) {
      const points = after.get(who) ?? [];
      expect(points.map(([step]) => step)).toEqual(whole.map(([step]) => step));
      points.forEach(([, loss], i) => expect(loss).toBeCloseTo(whole[i]?.[1] ?? NaN, digits));
    }
    expect((await run(['session', 'check', path, '--json'], home)).code).toBe(0);
  });
});
