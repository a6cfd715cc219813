// How true the remaining time is: races as a person would start them, and what was said after 20, 50 and 80 % of the time they really took.
// Run: npm run bench -- remaining
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allDone, isWide, middle, type Span } from '../src/engine/spec/remaining.ts';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { Lab } from '../src/lab/lab.ts';
import { presets } from '../src/lab/presets.ts';
import { record } from './measure.ts';

interface Said {
  readonly at: number;
  readonly remaining: Span | null;
}

interface Row {
  readonly race: string;
  readonly runs: number;
  /** Said by the preflight before the start. */
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

const races: readonly { readonly name: string; readonly spec: ExperimentSpec }[] = [
  ...presets.map(({ title, spec }) => ({ name: title, spec })),
  { name: '12 runs, steps', spec: sweep('12 runs', 12, { unit: 'steps', amount: 600 }) },
  { name: '40 runs, seconds', spec: sweep('40 runs', 40, { unit: 'seconds', amount: 1 }) },
];

const shares = [0.2, 0.5, 0.8];
const folder = mkdtempSync(join(tmpdir(), 'minrnn-remaining-'));

/** One race from its start to its end; what was said on the way. */
async function watch(lab: Lab, name: string, spec: ExperimentSpec): Promise<Row> {
  const preflight = await lab.preflighter.check(await lab.judge(spec));
  await lab.newSession(name, spec, join(folder, `${name.replace(/\W+/g, '-')}.rnnlab`));
  const said: Said[] = [];
  const started = performance.now();
  const state = await lab.start(spec);
  const timer = setInterval(() => {
    const finishes = lab.keeper.state().runs.map((run) => run.remaining);
    said.push({ at: (performance.now() - started) / 1000, remaining: allDone(finishes) });
  }, 100);
  await lab.race.idle();
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
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
  for (const { name, spec } of races) {
    const row = await watch(lab, name, spec);
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
