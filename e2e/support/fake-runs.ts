// Invented runs whose curves move, for looking at screens without a lab process. Development only; every number is made up.
import { defaultsOf } from '../../src/engine/spec/fields.ts';
import { metricKinds, type MetricColumns, type MetricKind } from '../../src/engine/spec/metrics.ts';
import type { ExperimentSpec } from '../../src/engine/spec/run-spec.ts';
import type { RunState, RunStatus, SeriesQuery, SeriesWindow } from '../../src/protocol/lab.ts';
import { catalogue, machine } from './fake-catalogue.ts';

const wave = (step: number, seed: number): number => Math.sin(step * 12.9898 + seed * 78.233) * 0.5 + Math.sin(step * 3.1 + seed) * 0.5;

function loss(run: RunState, step: number): number {
  const half = 900 + 700 * (run.identity % 5);
  const base = 2.7 / (1 + (step / half) ** 1.6) + 0.02 + 0.05 * run.identity;
  return base * (1 + 0.06 * wave(step, run.identity));
}

/** Value of one metric at one step; null where it would not be recorded or is not finite. */
export function valueAt(run: RunState, metric: MetricKind, step: number): number | null {
  const train = loss(run, step);
  if (run.status === 'diverged' && step > run.step - 50) return null;
  switch (metric) {
    case 'train/loss': return train;
    case 'val/loss': return train * 1.04;
    case 'val/accuracy': return Math.max(0.071, 1 - train / 2.8);
    case 'train/gradient-norm': return 1 + wave(step, 3);
    case 'train/learning-rate': return 3e-3;
    case 'speed/steps': return 340 / (1 + run.identity) * (1 + 0.02 * wave(step, 9));
    case 'speed/tokens': return 340 / (1 + run.identity) * 16384 * (1 + 0.02 * wave(step, 9));
    case 'memory/process-peak': return (120 + 70 * run.identity) * 2 ** 20 * (step < 100 ? 0.94 : 1);
  }
}

const every = (metric: MetricKind): number => (metric.startsWith('val/') ? 50 : 10);
const secondsPerStep = (run: RunState): number => (1 + run.identity) / 340;

function columnsOf(run: RunState, metric: MetricKind, from: number, to: number): MetricColumns {
  const stride = every(metric);
  const step: number[] = [];
  for (let at = Math.ceil(Math.max(1, from) / stride) * stride; at <= to; at += stride) step.push(at);
  return {
    metric, step, active: step.map((at) => at * secondsPerStep(run)), wall: step.map((at) => at * secondsPerStep(run) * 2.2),
    value: step.map((at) => valueAt(run, metric, at)),
  };
}

export const appended = (run: RunState, from: number, to: number): readonly MetricColumns[] =>
  metricKinds.map((metric) => columnsOf(run, metric, from, to)).filter((columns) => columns.step.length > 0);

export function seriesOf(runs: readonly RunState[], query: SeriesQuery): readonly SeriesWindow[] {
  return runs.filter((run) => query.runs.includes(run.id)).map((run) => {
    const all = columnsOf(run, query.metric, 1, run.step);
    const x = query.x === 'active' ? all.active : query.x === 'wall' ? all.wall : all.step.map((at) => at * (query.x === 'step' ? 1 : query.x === 'tokens' ? 16384 : query.x === 'samples' ? 64 : 16384 * 350_000));
    const keep = x.map((value, at) => at).filter((at) => (query.from === null || (x[at] ?? 0) >= query.from) && (query.to === null || (x[at] ?? 0) <= query.to));
    return { run: run.id, metric: query.metric, step: keep.map((at) => all.step[at] ?? 0), x: keep.map((at) => x[at] ?? 0), value: keep.map((at) => all.value[at] ?? null), complete: true };
  });
}

const memory = (scale: number) => {
  const parts = { weights: 3e5 * scale, gradients: 3e5 * scale, optimiser: 6e5 * scale, activations: 9e7 * scale, workspace: 1e7 * scale, inputOutput: 1e5 };
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
};
export { memory as fakeMemory };

const problems: Partial<Record<RunStatus, RunState['problem']>> = {
  diverged: { code: 'bad-input', message: 'train/loss is not a number after step 1,150: layers.0.hidden is the first bad tensor', cure: 'Lower the learning rate or clip the gradient.' },
  interrupted: { code: 'engine-died', message: 'The engine process ended at step 9,050.', cure: 'Resume goes on from step 9,000.' },
};

/** One run of a variant with everything a screen may ask for. */
export function makeRun(spec: ExperimentSpec, variant: number, seed: number, id: string, status: RunStatus, step: number): RunState {
  const choice = spec.variants[variant];
  const info = catalogue.models.find((model) => model.kind === choice?.model);
  const fields = { ...defaultsOf(catalogue.stack), ...(choice?.fields as Record<string, number> | undefined) };
  return {
    id, variant, identity: variant, status, step, name: choice?.name ?? info?.title ?? 'run', problem: problems[status] ?? null,
    spec: {
      format: 'minrnn-run', version: 1, seed, budget: spec.budget, device: { kind: 'cpu', threads: 4 },
      model: { kind: choice?.model ?? 'gru', implementation: String(choice?.implementation ?? info?.implementations[0]?.id ?? 'fused'), fields },
      task: { id: spec.task.id, fields: { length: 256, symbols: 16, vocabulary: 16 } },
      training: { ...defaultsOf(catalogue.training), ...spec.training },
    },
    activeSeconds: (step * (1 + variant)) / 340, wallSeconds: (step * (1 + variant)) / 150, etaSeconds: status === 'running' ? ((spec.budget.amount - step) * (1 + variant)) / 340 : null,
    progress: step / spec.budget.amount,
    facts: { parameters: 52_100 + 24_000 * variant, tokensPerStep: 16384, samplesPerStep: 64, flopsPerToken: 350_000, memory: memory(1 + variant), chanceLoss: 2.64, chanceAccuracy: 1 / 14, solvedAccuracy: 0.98 },
    environment: status === 'queued' ? null : { version: '0.1.0', commit: '9f31c07', node: machine.node, platform: machine.platform, cpu: machine.cpu, device: 'cpu', module: 'wasm simd128', threads: 4, exclusive: true, started: new Date(Date.now() - 600_000).toISOString() },
    stepSeconds: step > 10 ? { median: (1 + variant) / 340, q1: (1 + variant) / 350, q3: (1 + variant) / 330 } : null, warmupSeconds: step > 0 ? 0.4 : null,
    peakBytes: step > 0 ? (120 + 70 * variant) * 2 ** 20 : null, last: {}, best: null,
    checkpoints: step > 500 ? [{ step: Math.floor(step / 500) * 500, kind: 'latest' }, { step: 500, kind: 'kept' }] : [],
    learningRate: 3e-3, forkedFrom: null, note: '', tags: [], hidden: false,
  };
}

export function withLast(run: RunState): RunState {
  const last = Object.fromEntries(metricKinds.map((metric) => [metric, run.step > 0 ? valueAt(run, metric, run.step) : null]));
  const best = run.step >= 50 ? { step: run.step, loss: loss(run, run.step) * 1.04, accuracy: valueAt(run, 'val/accuracy', run.step) } : null;
  return { ...run, last, best, progress: Math.min(1, run.step / run.spec.budget.amount) };
}
