// The real runtime from the real registries, by the program's own installer: seconds of each step, bytes, every op against the reference. Fetches a
// quarter of a gigabyte; where that is not possible it says "skipped" and why. Run: npm run bench -- runtime
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppFailure } from '../src/engine/core/result.ts';
import { english } from '../src/engine/core/say.ts';
import { Runtimes } from '../src/lab/runtimes/runtimes.ts';
import { builtInSources } from '../src/lab/runtimes/source.ts';
import { runtimeStages, type RuntimeReport, type RuntimeStage } from '../src/protocol/runtimes.ts';
import { record } from './measure.ts';

const id = 'tensorflow';
const data = mkdtempSync(join(tmpdir(), 'minrnn-runtime-bench-'));
const begun = new Map<RuntimeStage, number>();
const runtimes = new Runtimes({
  sources: () => Promise.resolve(builtInSources),
  dataFolder: () => data,
  busy: () => null,
  changed: (list) => {
    const stage = list.find((one) => one.id === id)?.work?.stage;
    if (stage !== undefined && !begun.has(stage)) begun.set(stage, performance.now());
  },
  failed: (error) => console.error(english(error.message)),
});

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

function tell({ version, fetchBytes, installed }: RuntimeReport, end: number): void {
  const { check, bytes } = installed ?? {};
  if (!check || bytes === undefined) throw new Error('runtime: an installation must have a check, got none');
  const starts = runtimeStages.map((stage) => begun.get(stage) ?? end);
  const seconds = starts.map((start, i) => ((starts[i + 1] ?? end) - start) / 1000);
  const lines = [
    '# The runtime TensorFlow, installed from the registries',
    '',
    `TensorFlow ${version}, ${check.module}: ${check.passed} of ${check.total} operations agree with the reference, largest relative error ${check.worst.toExponential(1)}.`,
    `${mebibytes(fetchBytes)} MiB fetched, ${mebibytes(bytes)} MiB on the disk.`,
    '',
    '| step | seconds |',
    '| --- | --- |',
    ...runtimeStages.map((stage, i) => `| ${stage} | ${seconds[i]?.toFixed(1)} |`),
  ];
  console.log(lines.join('\n'));
  record('runtime', { version, fetchBytes, bytes, check, seconds }, lines);
}

try {
  await runtimes.add(id);
  tell(await runtimes.done(id), performance.now());
} catch (error) {
  if (!(error instanceof AppFailure) || !['network', 'unsupported', 'disk-full'].includes(error.appError.code))
    throw error;
  console.log(`skipped: ${english(error.appError.message)}`);
} finally {
  rmSync(data, { recursive: true, force: true });
}
