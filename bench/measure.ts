// Interleaved timing: A B A B …, so that noise on the machine affects both; medians, quartiles and ratios; results as JSON and Markdown.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

export interface Contender {
  readonly name: string;
  /** Returns or resolves when the work is done. */
  readonly run: () => void | Promise<void>;
}

export interface Timing {
  readonly name: string;
  readonly milliseconds: {
    readonly minimum: number;
    readonly quarter: number;
    readonly median: number;
    readonly threeQuarters: number;
  };
}

/** Runs the contenders in turns, `rounds` times after `warmUp` untimed turns. */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  warmUp: number,
): Promise<readonly Timing[]> {
  const times = contenders.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, { run }] of contenders.entries()) {
      const start = performance.now();
      await run();
      if (round >= 0) times[i].push(performance.now() - start);
    }
  }
  return contenders.map(({ name }, i) => ({ name, milliseconds: quartiles(times[i]) }));
}

function quartiles(values: readonly number[]): Timing['milliseconds'] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(3));
  return { minimum: at(0), quarter: at(0.25), median: at(0.5), threeQuarters: at(0.75) };
}

/** Ratio of `ours` to `theirs`, by median and by minimum. */
export function ratio(ours: Timing, theirs: Timing): { median: number; minimum: number } {
  const of = (key: 'median' | 'minimum'): number =>
    Number((ours.milliseconds[key] / theirs.milliseconds[key]).toFixed(3));
  return { median: of('median'), minimum: of('minimum') };
}

/** Machine, versions and commit, so that a result can be judged later. */
export function environment(): Readonly<Record<string, string | number>> {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain', '--', '../src/engine') === '' ? 'no' : 'yes',
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load: Number(loadavg()[0].toFixed(1)),
  };
}

/** One line of a Markdown table for each timing. */
export function tableRows(step: string, timings: readonly Timing[]): readonly string[] {
  return timings.map(
    ({ name, milliseconds: ms }) =>
      `| ${step} | ${name} | ${ms.minimum} | ${ms.quarter} | ${ms.median} | ${ms.threeQuarters} |`,
  );
}

export const tableHead = [
  '| step | who | minimum ms | lower quartile | median | upper quartile |',
  '| --- | --- | --- | --- | --- | --- |',
];

/** Writes bench/results/<name>.json and .md. */
export function record(name: string, data: object, markdown: readonly string[]): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const stamped = { environment: environment(), ...data };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(stamped, null, 2)}\n`);
  const facts = Object.entries(stamped.environment).map(([key, value]) => `${key} ${value}`);
  writeFileSync(join(folder, `${name}.md`), `${[...markdown, '', `${facts.join(' · ')}.`].join('\n')}\n`);
}
