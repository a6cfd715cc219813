// Accuracy of the remaining time: typical races, and the estimates after 20, 50 and 80 % of the time they really took.
// Run: npm run bench -- remaining
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { allDone, isWide, middle, type Span } from '../src/engine/spec/remaining.ts';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { act } from '../src/lab/race/race-actions.ts';
import { Lab } from '../src/lab/lab.ts';
import { presets } from '../src/lab/experiments/presets.ts';
import { record } from './measure.ts';

interface Said {
  readonly at: number;
  readonly remaining: Span | null;
}

interface Row {
  readonly race: string;
  readonly runs: number;
  /** The preflight's estimate before the start. */
  readonly preflight: Span | null;
  readonly seconds: number;
  readonly said: readonly { readonly share: number; readonly remaining: Span | null; readonly real: number }[];
}

const sweep = (name: string, count: number, budget: ExperimentSpec['budget']): ExperimentSpec => ({
  format: 'minrnn-experiment',
  version: 1,
  name,
  task: { id: 'selective-copy-v1', fields: { length: 32, memorise: 3, vocabulary: 8, evalSequences: 128 } },
  variants: [
    { model: 'minGru', fields: { d: 32, layers: 1 } },
    { model: 'gru', fields: { d: 32, layers: 1 } },
  ],
  seeds: Array.from({ length: count / 2 }, (_, i) => i + 1),
  training: { batch: 32, learningRate: 0.005, evaluateEvery: 50 },
  budget,
});

interface Case {
  readonly name: string;
  readonly spec: ExperimentSpec;
  /** Everything is paused for a while once this share of the budgets is spent. */
  readonly pauseAt?: number;
}

const races: readonly Case[] = [
  ...presets.map(({ title, spec }) => ({ name: title, spec })),
  { name: '12 runs, steps', spec: sweep('12 runs', 12, { unit: 'steps', amount: 600 }) },
  {
    name: '12 runs, tokens, paused at 35 %',
    spec: sweep('paused', 12, { unit: 'tokens', amount: 600_000 }),
    pauseAt: 0.35,
  },
  { name: '40 runs, seconds', spec: sweep('40 runs', 40, { unit: 'seconds', amount: 1 }) },
];

const shares = [0.2, 0.5, 0.8];
const folder = mkdtempSync(join(tmpdir(), 'minrnn-remaining-'));

const pauseSeconds = 5;

const progressOf = (lab: Lab): number => {
  const { runs } = lab.keeper.state();
  return runs.reduce((sum, run) => sum + run.progress, 0) / runs.length;
};

/** Resolves when the race is over; reports the seconds it was paused as soon as it continues. */
async function untilOver(lab: Lab, pauseAt: number | undefined, say: (seconds: number) => void): Promise<void> {
  if (pauseAt === undefined) return lab.race.idle();
  while (progressOf(lab) < pauseAt) await setTimeout(100);
  const paused = performance.now();
  await act(lab.race, [], { kind: 'pause' }, lab.catalogue().training);
  await setTimeout(1000 * pauseSeconds);
  await act(lab.race, [], { kind: 'resume' }, lab.catalogue().training);
  say((performance.now() - paused) / 1000);
  await lab.race.idle();
}

/** One race from start to end, with its estimates on a clock that stops while the race is paused. */
async function watch(lab: Lab, { name, spec, pauseAt }: Case): Promise<Row> {
  const preflight = await lab.preflighter.check(await lab.judge(spec));
  await lab.session.create(name, spec, join(folder, `${name.replace(/\W+/g, '-')}.rnnlab`));
  const said: Said[] = [];
  const started = performance.now();
  const state = await lab.start(spec);
  let paused = 0;
  const clock = (): number => (performance.now() - started) / 1000 - paused;
  const timer = setInterval(() => {
    if (lab.race.underWay().length === 0) return;
    const finishes = lab.keeper.state().runs.map((run) => run.remaining);
    said.push({ at: clock(), remaining: allDone(finishes) });
  }, 100);
  await untilOver(lab, pauseAt, (seconds) => (paused = seconds));
  clearInterval(timer);
  const seconds = clock();
  const at = shares.map((share) => {
    const found = said.findLast((one) => one.at <= share * seconds) ?? { at: 0, remaining: null };
    return { share, remaining: found.remaining, real: seconds - found.at };
  });
  return { race: name, runs: state.runs.length, preflight: preflight.seconds, seconds, said: at };
}

const words = (span: Span | null): string =>
  span === null
    ? '–'
    : isWide(span)
      ? `${span.low.toFixed(0)}–${span.high.toFixed(0)} s`
      : `${middle(span).toFixed(1)} s`;

const lineOf = ({ race, runs, preflight, seconds, said }: Row): string => {
  const cells = said.map(({ remaining, real }) => {
    const off = remaining === null ? '' : ` (${Math.round(100 * (middle(remaining) / real - 1))} %)`;
    return `${words(remaining)} / ${real.toFixed(1)} s${off}`;
  });
  return `| ${race} | ${runs} | ${words(preflight)} / ${seconds.toFixed(1)} s | ${cells.join(' | ')} |`;
};

const rows: Row[] = [];
const lab = await Lab.open({
  home: { config: join(folder, 'config'), sessions: join(folder, 'sessions'), data: join(folder, 'data') },
  onEvent: () => undefined,
});
try {
  const only = process.env['MINRNN_REMAINING_ONLY'] ?? '';
  for (const race of races.filter(({ name }) => name.includes(only))) {
    const row = await watch(lab, race);
    rows.push(row);
    console.log(lineOf(row));
  }
} finally {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}
record('remaining', { rows }, [
  '# Remaining time: said / real',
  '',
  'In brackets: how far the middle of what was said is off. Two numbers are shown while the bounds are far apart.',
  '',
  '| race | runs | preflight / real | at 20 % | at 50 % | at 80 % |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows.map(lineOf),
]);
