// Compares the planned memory of a run with its measured growth. Pure; the device measures, and all front ends show the same check.
import type { MemoryGrowth, MemoryReport, RunFacts } from './metrics.ts';

export interface MemoryCheck {
  readonly growth: MemoryGrowth;
  /** Growth divided by the plan, minus one: 0.02 = two per cent more than planned. */
  readonly share: number;
  /** The difference from the plan is more than pages and rounding explain. */
  readonly off: boolean;
}

/** Growth by a device's own count. */
export const allocated = (bytes: number): MemoryGrowth => ({ bytes, counted: 'allocated' });

/** Of a run, or of a point of a scaling measurement. */
interface Facts {
  readonly memory: MemoryReport | null;
  readonly growth?: MemoryGrowth;
}

const tolerance = 0.05;
/** Two pages of 64 KiB. Plans end on a page boundary, and small work never touches the second thread's scratch, so the match cannot be closer. */
const pages = 2 ** 17;

/** Null before anything was measured. */
export function memoryCheck(facts: Facts | null): MemoryCheck | null {
  if (facts === null) return null;
  const { memory, growth } = facts;
  if (memory === null || growth === undefined) return null;
  const difference = growth.bytes - memory.total;
  return {
    growth,
    share: difference / memory.total,
    off: Math.abs(difference) > Math.max(tolerance * memory.total, pages),
  };
}

/** Of several checks, the one furthest from its plan. */
export function worstCheck(all: readonly (Facts | null)[]): MemoryCheck | null {
  const checks = all.map(memoryCheck).filter((check) => check !== null);
  return checks.reduce<MemoryCheck | null>(
    (worst, check) => (worst === null || Math.abs(check.share) > Math.abs(worst.share) ? check : worst),
    null,
  );
}

/** Facts with a newer measurement: the growth of a run is the largest measured. */
export function withGrowth(facts: RunFacts | null, growth: MemoryGrowth | null): RunFacts | null {
  if (facts === null || growth === null || growth.bytes <= (facts.growth?.bytes ?? -1)) return facts;
  return { ...facts, growth };
}

/** Facts for a new engine of a run: an earlier measurement remains valid only for the same plan. */
export function keptGrowth(facts: RunFacts, before: RunFacts | null): RunFacts {
  const { growth, memory } = before ?? facts;
  return growth === undefined || memory.total !== facts.memory.total ? facts : { ...facts, growth };
}

/** Facts for a run that has measured nothing itself. */
export function unmeasured(facts: RunFacts | null): RunFacts | null {
  if (facts === null) return null;
  const { growth: _, ...planned } = facts;
  return planned;
}
