// It learns: experiments of examples/ with three seeds each, as tables with their spread. Text at equal parameters, selective copying with equal
// trials of learning rates, state tracking on longer strings. Run:
//   node bench/learn.bench.ts [text] [copy] [parity] [cycle] [pairs] [--steps 20] [--seeds 1] [--models minGru,lru] [--busy]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { english } from '../src/engine/core/say.ts';
import { nameWithoutSeed } from '../src/engine/spec/names.ts';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { refusal } from '../src/lab/experiments/experiments.ts';
import { Lab } from '../src/lab/lab.ts';
import type { RunState } from '../src/protocol/state.ts';
import { columnsOf } from '../src/session/index.ts';
import { environment } from './measure.ts';
import { write, type Learned } from './learn/results.ts';

const experiments = [
  { id: 'text', file: 'equal-parameters', metric: 'val/loss', solved: null },
  { id: 'copy', file: 'selective-copy-rates', metric: 'val/accuracy', solved: 0.95 },
  { id: 'parity', file: 'parity', metric: 'val/accuracy', solved: 0.95 },
  { id: 'cycle', file: 'cycle-navigation', metric: 'val/accuracy', solved: 0.95 },
  { id: 'pairs', file: 'even-pairs', metric: 'val/accuracy', solved: 0.95 },
] as const;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string' },
    seeds: { type: 'string' },
    models: { type: 'string' },
    busy: { type: 'boolean', default: false },
  },
});

function specOf(file: string): ExperimentSpec {
  const path = join(import.meta.dirname, `../examples/${file}.experiment.json`);
  const spec = JSON.parse(readFileSync(path, 'utf8')) as ExperimentSpec;
  const models = options.models?.split(',') ?? null;
  return {
    ...spec,
    variants: models === null ? spec.variants : spec.variants.filter(({ model }) => models.includes(model)),
    ...(options.seeds === undefined ? {} : { seeds: options.seeds.split(',').map(Number) }),
    ...(options.steps === undefined ? {} : { budget: { unit: 'steps' as const, amount: Number(options.steps) } }),
  };
}

/** Sizes of gradients over the run. */
async function normsOf(lab: Lab, run: RunState): Promise<Learned['gradientNorm']> {
  const { value, step } = await columnsOf(lab.keeper.store, run.id, 'train/gradient-norm');
  const known = value.filter((one) => one !== null);
  if (known.length === 0) return null;
  const sorted = known.toSorted((a, b) => a - b);
  const largest = sorted.at(-1) ?? NaN;
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, largest, at: step[value.indexOf(largest)] ?? 0 };
}

async function learned(lab: Lab, run: RunState): Promise<Learned> {
  const { spec, facts, problem } = run;
  const metrics = (facts?.metrics ?? []).map(({ name }) => name);
  const rate = Number(spec.training['learningRate']);
  return {
    name: nameWithoutSeed(run.name, spec.seed).replace(/ · lr [^ ]+/, ''),
    model: spec.model.kind,
    seed: spec.seed,
    learningRate: rate,
    width: Number(spec.model.fields['d']),
    status: run.status,
    problem: problem === null ? null : english(problem.message),
    parameters: facts?.parameters ?? null,
    steps: run.step,
    seconds: run.activeSeconds,
    plannedBytes: facts?.memory.total ?? null,
    peakBytes: run.peakBytes,
    last: Object.fromEntries(metrics.map((name) => [name, run.last[name] ?? null])),
    best: Object.fromEntries(metrics.map((name) => [name, run.bests[name]?.value ?? null])),
    gradientNorm: await normsOf(lab, run),
  };
}

async function raced(
  lab: Lab,
  { id, file, metric, solved }: (typeof experiments)[number],
  folder: string,
): Promise<void> {
  const spec = specOf(file);
  const judged = await lab.judge(spec);
  if (judged.spec === null) throw refusal('race', judged.issues);
  const at = environment();
  const began = performance.now();
  await lab.session.create(spec.name, spec, join(folder, `${file}.rnnlab`));
  await lab.start(spec);
  await lab.race.idle();
  const runs: Learned[] = [];
  for (const run of lab.keeper.state().runs) runs.push(await learned(lab, run));
  const minutes = (performance.now() - began) / 60_000;
  const steps = spec.budget.amount;
  write(
    {
      id,
      title: spec.name,
      metric,
      solved,
      steps,
      matched: spec.match ?? null,
      runs,
      environment: at,
      minutes,
      ...(options.busy ? { busy: true } : {}),
    },
    experiments.map((one) => one.id),
  );
  for (const { name, seed, learningRate, best, seconds, status } of runs)
    console.log(
      `${id} ${name} seed ${seed} rate ${learningRate}: ${metric} ${best[metric]?.toFixed(4) ?? '–'}, ${seconds.toFixed(1)} s, ${status}`,
    );
}

const chosen = experiments.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
const folder = mkdtempSync(join(tmpdir(), 'minrnn-learn-'));
const lab = await Lab.open({
  home: { config: join(folder, 'config'), sessions: join(folder, 'sessions'), data: join(folder, 'data') },
  onEvent: () => undefined,
});
try {
  for (const one of chosen) await raced(lab, one, folder);
} finally {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
