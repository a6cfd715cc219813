// What a session file holds, read for comparison: everything that must not depend on interruptions of a run.
import type { MetricKind } from '../../src/engine/spec/metrics.ts';
import { metricsOfRun, sessionFiles, type SessionStore } from '../../src/session/index.ts';
import { unwrap } from '../../src/engine/core/result.ts';

const isRepeatable = (metric: MetricKind): boolean => !/^(speed|memory)\//.test(metric);

export interface Curves {
  readonly name: string;
  readonly intent: string;
  readonly step: number;
  readonly points: Readonly<
    Record<string, { readonly step: readonly number[]; readonly value: readonly (number | null)[] }>
  >;
  /** SHA-256 of the last checkpoint's tensors. */
  readonly weights: string;
}

/** The weights as bytes without the header, whose clocks differ from run to run. */
async function weightsOf(store: SessionStore, run: string): Promise<string> {
  const read = await store.checkpoint(run, 'latest');
  if (!read.ok) return 'none';
  const { bytes } = read.value;
  const header = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { createHash } = await import('node:crypto');
  return createHash('sha256')
    .update(bytes.subarray(8 + header))
    .digest('hex');
}

export async function readCurves(path: string): Promise<readonly Curves[]> {
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  const curves: Curves[] = [];
  for (const run of await store.runs()) {
    const points: Record<string, Curves['points'][string]> = {};
    for (const metric of (await metricsOfRun(store, run.id)).filter(isRepeatable)) {
      const [window] = await store.series({
        runs: [run.id],
        metric,
        x: 'step',
        from: null,
        to: null,
        columns: 1_000_000,
      });
      points[metric] = { step: window?.step ?? [], value: window?.value ?? [] };
    }
    curves.push({
      name: run.name,
      intent: run.intent,
      step: run.cursor.step,
      points,
      weights: await weightsOf(store, run.id),
    });
  }
  await store.close();
  return curves;
}
