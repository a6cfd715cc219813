// The comparisons that a session's events declare. Pure.
import { planEvent, planFrom, type Plan } from '../../engine/spec/statistics/plans.ts';
import type { SessionEvent } from '../../session/store.ts';

export const plansIn = (events: readonly SessionEvent[]): readonly Plan[] =>
  events.flatMap(({ kind, detail }) => (kind === planEvent ? (planFrom(detail) ?? []) : []));
