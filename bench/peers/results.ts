// The result file of the peers: each case with the machine and commit it was measured on. Cases of an earlier run are kept if they were
// measured with the same engine on the same machine, so that cases can be run one at a time. Measures nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, record } from '../measure.ts';
import { plotOf } from './plot.ts';
import { threads } from './registry.ts';
import { tolerance, type Row } from './rows.ts';
import { verdictsOf, type Verdict } from './targets.ts';

const results = join(import.meta.dirname, '../results');

type Stamp = Readonly<Record<string, string | number>>;

export interface CaseResult {
  readonly case: string;
  readonly rounds: number;
  readonly environment: Stamp;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  readonly absent: readonly string[];
}

/** Machine, versions, commit, and the commit that last changed the engine. */
function stamp(): Stamp {
  const args = ['log', '-1', '--format=%h', '--', '../../src/engine'];
  const engine = execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  return { ...environment(), engine };
}

/** A finished case with machine and commit. */
export function finished(name: string, rounds: number, rows: readonly Row[], absent: readonly string[]): CaseResult {
  return { case: name, rounds, environment: stamp(), rows, verdicts: verdictsOf(name, rows), absent };
}

const deciding = ['engine', 'changed', 'cpu', 'cores', 'node'] as const;

/** Cases in the file that were measured with this engine on this machine. */
export function earlier(): readonly CaseResult[] {
  const file = join(results, 'peers.json');
  if (!existsSync(file)) return [];
  const { cases = [] } = JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly CaseResult[] };
  const now = stamp();
  return cases.filter(({ environment: then }) => deciding.every((key) => then[key] === now[key]));
}

/** Writes the file: `fresh` in place of earlier cases of the same name, in the order of `names`. */
export function write(names: readonly string[], kept: readonly CaseResult[], fresh: readonly CaseResult[]): void {
  const cases = names.flatMap(
    (name) => fresh.find((one) => one.case === name) ?? kept.find((one) => one.case === name) ?? [],
  );
  record('peers', { threads, tolerance, cases }, [...intro, '', ...cases.flatMap(section)]);
  writeFileSync(join(results, 'peers.svg'), plotOf(cases));
}

const intro = [
  '# Peers',
  '',
  `Steps in turns (A B A B; a pause and one step unmeasured before each), ${threads} threads each; losses agree within ${tolerance} before times are shown. "Over native" and "over wasm" are medians of the ratio of times of the same round: above 1 = slower than ours.`,
  '',
  '![Milliseconds of a step, median and quartiles](peers.svg)',
];

const figure = (value: number | null | undefined): string => value?.toFixed(2) ?? '–';

/** One case as Markdown. */
export function section({
  case: name,
  rounds,
  rows,
  verdicts,
  absent,
  environment: at,
}: CaseResult): readonly string[] {
  return [
    `## ${name}`,
    '',
    '| who | lower quartile ms | median | upper quartile | over native | over wasm | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ title, milliseconds: ms, over, note }) => {
      const figures = [ms?.q1, ms?.median, ms?.q3, over.native, over.wasm].map(figure);
      return `| ${title} | ${figures.join(' | ')} | ${note} |`;
    }),
    '',
    ...verdicts.map(
      ({ target, got, wanted, met }) =>
        `- ${target}: ${got === null ? 'not compared' : `${got.toFixed(2)} times as fast`}, wanted ${wanted}${met === false ? ': missed' : ''}`,
    ),
    ...absent.map((one) => `- absent: ${one}`),
    '',
    `${rounds} rounds, commit ${at['commit']} (engine ${at['engine']}, changed since: ${at['changed']}), load ${at['load']} when it ended.`,
    '',
  ];
}
