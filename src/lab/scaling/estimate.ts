// Estimates how long a measurement will take before it starts: from the size of each point, with rates of two cores of a current processor.
// The measurement corrects it later. Pure.
import type { ScalingSeries, ScalingSpec } from '../../engine/spec/scaling.ts';
import { sizesBetween } from '../../engine/spec/scaling-analysis.ts';
import { longest } from './forecast.ts';
import { shapeAt } from './spec.ts';

/** Seconds until the process of a point is ready. */
const start = 1.1;
/** Seconds of graph and plan for each time step of a loop. */
const loopCompile = 0.01;
/** Of the products of a layer, forward and backward. */
const flopsPerSecond = 40e9;
/** Seconds of everything else, a token and a unit of width. */
const perUnit = 2.5e-8;
/** Ratio of a loop's step time to a fused one. */
const loopFactor = 2;
const gates: Readonly<Record<string, number>> = {
  minGru: 2,
  minLstm: 3,
  elman: 2,
  gru: 6,
  lstm: 8,
  qrnn: 6,
  hgrn: 3,
  gilr: 2,
  sru: 3,
  rgLru: 2,
  lru: 4,
  slru: 2,
  rwkv4: 3,
  aaren: 2,
  hgrnComplex: 5,
  transformer: 3,
  mlgru: 4,
  s4d: 8,
  s5: 4,
  s6: 8,
  hyena: 5,
  gau: 3,
  slstm: 12,
  ode: 4,
  linearAttention: 3,
  retention: 6,
  gla: 4,
  hgrn2: 3,
  mLstm: 5,
  s4: 8,
  h3: 8,
};

/** Models of which every position reads all before it, and its operations for a unit of width and one of those. */
const readAll: ReadonlySet<string> = new Set(['transformer', 'gau']);
const perPosition = 7;

/** Seconds of one point, limited by its time limits. */
function pointSeconds(spec: ScalingSpec, { model, implementation }: ScalingSeries, at: number): number {
  const { length, width, batch } = shapeAt(spec, at);
  const tokens = length * batch;
  const reads = readAll.has(model) ? perPosition * length : 0;
  const products = ((6 * (gates[model] ?? 4) * width + reads) * width * spec.layers) / flopsPerSecond;
  const loop = implementation === 'loop';
  const step = tokens * (products + perUnit * width * spec.layers) * (loop ? loopFactor : 1);
  const compile = loop ? loopCompile * length * spec.layers : 0;
  if (step > longest.step || compile > longest.compile) return 0;
  return start + compile + (1 + spec.warmUp) * step + Math.min(spec.repeats * step, Math.max(3, 5 * step));
}

/** Seconds of the points from number `done` on, in the order they are measured. */
export function estimateSeconds(spec: ScalingSpec, done = 0): number {
  const points = sizesBetween(spec.from, spec.to).flatMap((at) => spec.series.map((series) => ({ series, at })));
  return points.slice(done).reduce((sum, { series, at }) => sum + pointSeconds(spec, series, at), 0);
}
