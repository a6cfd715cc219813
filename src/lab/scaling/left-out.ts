// Which points are not worth measuring, and the reason: forecast by the smaller points of their series, or too large by their plan.
// Independent of processes.
import { type Message, say } from '../../engine/core/say.ts';
import { mebibytes, seconds } from '../../engine/core/quantities.ts';
import { freemem } from 'node:os';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import type { ScalingPoint } from '../../engine/spec/scaling.ts';
import type { SizedValue } from '../../engine/spec/scaling-analysis.ts';
import { describeRun } from '../../engine/training/describe.ts';
import { forecast, type Longest } from './forecast.ts';

/** A point without times, with everything that is known. */
export type LeftOut = Pick<ScalingPoint, 'outcome' | 'reason'> & Partial<ScalingPoint>;

/** Resident bytes of an engine process besides the planned memory. */
const engineBytes = 70 * 2 ** 20;

/** Results of the smaller points of a series, by increasing size. */
function seen(
  smaller: readonly ScalingPoint[],
  read: (point: ScalingPoint) => number | null | undefined,
): readonly SizedValue[] {
  return smaller.flatMap((point) => {
    const value = read(point) ?? 0;
    return value > 0 ? [{ at: point.at, value }] : [];
  });
}

/** Judged by the smaller points of its series. A loop's compile time grows at least as fast as its length. */
export function tooSlow(smaller: readonly ScalingPoint[], at: number, loop: boolean, longest: Longest): LeftOut | null {
  const step = forecast(
    seen(smaller, ({ stepSeconds }) => stepSeconds?.median),
    at,
  );
  if (step !== null && step > longest.step) return slow(say`A step`, step, longest.step);
  const compile = loop
    ? forecast(
        seen(smaller, ({ compileSeconds }) => compileSeconds),
        at,
        1,
      )
    : null;
  if (compile !== null && compile > longest.compile) return slow(say`Compiling`, compile, longest.compile);
  const gaveUp = smaller.some(({ outcome }) => outcome === 'too-slow');
  return gaveUp && step === null ? { outcome: 'too-slow', reason: say`A smaller one was too slow already.` } : null;
}

const slow = (what: Message, forecasted: number, limit: number): LeftOut => ({
  outcome: 'too-slow',
  reason: say`${what} would take about ${seconds(forecasted)}; the limit is ${seconds(limit)}.`,
});

/** Judged by its own plan. */
export async function planTooLarge(run: RunSpec): Promise<LeftOut | null> {
  const planned = await describeRun(run, null);
  const memory = planned.ok ? planned.value.memory : null;
  const missing = memory === null ? null : tooLarge(memory.total, false);
  return missing === null ? null : { ...missing, memory };
}

/** Judged by the growth of smaller plans, so that large graphs are not planned only to be skipped. */
export function forecastTooLarge(smaller: readonly ScalingPoint[], at: number): LeftOut | null {
  const bytes = forecast(
    seen(smaller, ({ memory }) => memory?.total),
    at,
  );
  return bytes === null ? null : tooLarge(bytes, true);
}

function tooLarge(bytes: number, isForecast: boolean): LeftOut | null {
  const [need, free] = [bytes + engineBytes, freemem()];
  if (need <= free) return null;
  const reason = isForecast
    ? say`About ${mebibytes(need)} of memory are needed; ${mebibytes(free)} are free.`
    : say`${mebibytes(need)} of memory are needed; ${mebibytes(free)} are free.`;
  return { outcome: 'did-not-fit', reason };
}
