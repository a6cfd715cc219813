// The outcome of a point's measurement, and which of two counts. Pure.
import { say } from '../../engine/core/say.ts';
import type { ScalingPoint } from '../../engine/spec/scaling.ts';
import { unrest } from '../../engine/spec/scaling-analysis.ts';
import type { Longest } from './forecast.ts';
import type { LeftOut } from './left-out.ts';
import { stepQuartiles, type Measured } from './measure-point.ts';

/** A measurement that ended by itself. */
export function outcomeOf({ end, steps, loss }: Measured, longest: Longest): LeftOut {
  if (end === 'done') return { outcome: 'measured', reason: null, stepSeconds: stepQuartiles(steps), loss };
  if (end === 'slow-compile')
    return { outcome: 'too-slow', reason: say`Compiling took longer than ${longest.compile} s and was aborted.` };
  if (end === 'slow-step' || end === 'stopped')
    return { outcome: 'too-slow', reason: say`Steps took longer than ${longest.step} s and were aborted.` };
  return { outcome: end.code === 'out-of-memory' ? 'did-not-fit' : 'failed', reason: end.message };
}

/**
 * Of two measurements of one point the one with less variation, together with the times of the other. Which one is faster does not matter.
 * A second one without times changes nothing.
 */
export function calmer(first: ScalingPoint, second: ScalingPoint | null): ScalingPoint {
  const [one, two] = [first.stepSeconds, second?.stepSeconds ?? null];
  if (one === null || second === null || two === null) return first;
  return unrest(two) < unrest(one) ? { ...second, setAside: one } : { ...first, setAside: two };
}
