// The report of a measurement whose figures are known: two power laws that meet, one line that was left out, one that disagrees.
import { say } from '../engine/core/say.ts';
import { describe, expect, it } from 'vitest';
import type { ScalingPoint, ScalingResult } from '../engine/spec/scaling.ts';
import { suggestedSpec } from '../lab/scaling/spec.ts';
import { scalingPlot } from './scaling-plot.ts';
import { crossoverNotes, disturbanceNotes, figuresOf, markdown, pointRows, warnings } from './scaling-report.ts';

const series = [
  { model: 'gru', implementation: 'fused' },
  { model: 'minGru', implementation: 'fused' },
  { model: 'minGru', implementation: 'log-scan' },
];
const memory = (total: number) => ({
  weights: 0,
  gradients: 0,
  optimiser: 0,
  activations: total,
  workspace: 0,
  inputOutput: 0,
  total,
});
const point = (of: number, at: number, median: number, change: Partial<ScalingPoint> = {}): ScalingPoint => ({
  series: of,
  at,
  outcome: 'measured',
  reason: null,
  stepSeconds: { median, q1: median, q3: median },
  compileSeconds: 0.1,
  memory: memory(1e6 * at),
  peakBytes: null,
  loss: 2,
  ...change,
});
const sizes = [64, 128, 256, 512];
/** GRU grows with the length, minGRU does not: they meet at 190. */
const result: ScalingResult = {
  id: 'x',
  spec: { ...suggestedSpec, from: 64, to: 512, series },
  state: 'finished',
  started: '2026-01-01T00:00:00Z',
  seconds: 9,
  planned: 12,
  points: sizes.flatMap((at) => [
    point(0, at, at / 1e5),
    point(1, at, 0.0019, at === 512 ? { memory: memory(5) } : {}),
    at < 512
      ? point(2, at, at / 1e4, { loss: at === 256 ? 2.1 : 2 })
      : point(2, at, 0, {
          outcome: 'too-slow',
          reason: say`A step would take about 9 s.`,
          stepSeconds: null,
          loss: null,
        }),
  ]),
  environment: null,
  memoryFree: 1e9,
};

describe('the report of a scaling measurement', () => {
  it('has exponents and crossovers of the very points', () => {
    const { against, lines } = figuresOf(result);
    expect(against).toEqual(series[0]);
    expect(lines[0]?.exponent).toBeCloseTo(1, 10);
    expect(lines[1]?.exponent).toBeCloseTo(0, 10);
    expect(lines.map(({ crossover }) => crossover && Math.round(crossover))).toEqual([null, 190, null]);
    expect(lines.map(({ crossing }) => crossing)).toEqual(['none', 'clear', 'none']);
    expect(crossoverNotes(result)).toEqual(['minGru fused meets gru fused near length 190 (between 128 and 256).']);
  });

  it('has no clear crossing where only a disturbed point makes the medians change sides, and marks that point', () => {
    const wide = { median: 0.0019, q1: 0.0004, q3: 0.002 };
    const points = result.points.map((one) =>
      one.series === 1 && one.at <= 128 ? { ...one, stepSeconds: wide, setAside: wide } : one,
    );
    const disturbed = { ...result, points };
    expect(crossoverNotes(disturbed)).toEqual(['minGru fused and gru fused: no clear crossing.']);
    expect(figuresOf(disturbed).lines[1]).toMatchObject({ crossover: null, between: null, disturbedAt: [64, 128] });
    expect(pointRows(disturbed).filter(([, , median]) => median?.startsWith('~'))).toHaveLength(2);
    expect(disturbanceNotes(disturbed)).toEqual([
      '2 of 12 points were disturbed (~): the upper quartile is more than 1.5 times the lower one.',
      '2 of 12 points were disturbed at first and measured once more; the calmer measurement counts, whichever is faster.',
    ]);
    expect(disturbanceNotes(result)).toEqual([]);
    expect(scalingPlot([disturbed]).match(/<path d="M-2.6 [^>]*fill="#ffffff"/g)).toHaveLength(2);
  });

  it('warns where implementations of a model do not agree, with their losses', () => {
    expect(warnings(result)).toEqual([
      'Losses of minGru differ at length 256 (at 256: fused 2.0000, log-scan 2.1000): times there do not compare.',
    ]);
  });

  it('says in words what was left out and where a plan changes', () => {
    const text = markdown([result, { ...result, state: 'stopped', planned: 20 }], false);
    expect(text).toContain('| 512 | 5.12 | 1.90 | too-slow |');
    expect(text).toContain('A step would take about 9 s.');
    expect(text).toContain('minGru fused needs less memory from length 512 on');
    expect(text).toContain('Stopped after 12 of 20 points.');
    expect(text).toContain('Not verified before');
    expect(text).toContain('Those are not comparisons with a fused GRU.');
  });

  it('draws every measured point three times at most, and stays well-formed', () => {
    const svg = scalingPlot([result]);
    const opened = svg.match(/<[a-z]+[^>]*[^/]>/g) ?? [];
    expect(opened.length).toBe((svg.match(/<\/[a-z]+>/g) ?? []).length);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    // Eleven times, seven ratios, twelve plans, three samples of the legend.
    expect(svg.match(/<path d="M-2.6 /g)).toHaveLength(11 + 7 + 12 + 3);
  });
});
