// What the page of trained reproductions shows: the size from the address, the open session's runs that belong to it, the time each size takes
// here, and how it is run.
import { computed, shallowRef, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { documentOf } from '../../../engine/spec/reproduce/of-session.ts';
import { sizeNames, type Preset, type SizeName } from '../../../engine/spec/reproduce/preset.ts';
import { leftOf, missing, runsOf, sizeOfRuns } from '../../../engine/spec/reproduce/results.ts';
import type { Span } from '../../../engine/spec/remaining.ts';
import type { ExperimentSpec } from '../../../engine/spec/run-spec.ts';
import { createSession, mayLeave } from '../../composables/session-files.ts';
import { named } from '../../i18n/told.ts';
import { lab } from '../../services/lab.ts';
import { activeStatuses, useSessionStore } from '../../stores/session.ts';
import { useUiStore } from '../../stores/ui.ts';

/** What a size takes on this machine. */
export interface Cost {
  readonly runs: number;
  readonly seconds: Span | null;
  readonly bytes: number;
  readonly free: number;
}

const total = (spans: readonly (Span | null)[]): Span | null =>
  spans.reduce<Span | null>((sum, one) => (sum && one ? { low: sum.low + one.low, high: sum.high + one.high } : null), {
    low: 0,
    high: 0,
  });

async function costOf(experiments: readonly ExperimentSpec[]): Promise<Cost> {
  const found = [];
  for (const spec of experiments) found.push(await lab().request('experiment/preflight', { spec }));
  const rows = found.flatMap(({ variants }) => variants);
  return {
    runs: rows.reduce((sum, { runs }) => sum + runs, 0),
    seconds: total(found.map(({ seconds }) => seconds)),
    bytes: Math.max(0, ...rows.map(({ memory }) => memory?.total ?? 0)),
    free: Math.min(...found.map(({ memoryFree }) => memoryFree)),
  };
}

/** Asked once for a preset, one size after the other, so that the small one is known first. */
function useCosts(chosen: () => Preset) {
  const costs = shallowRef<Readonly<Partial<Record<string, Cost>>>>({});
  const ask = async (preset: Preset): Promise<void> => {
    for (const size of sizeNames) {
      const key = `${preset.id} ${size}`;
      if (costs.value[key] !== undefined || chosen() !== preset) continue;
      const cost = await costOf(preset.experiments(size));
      costs.value = { ...costs.value, [key]: cost };
    }
  };
  const ui = useUiStore();
  watch(chosen, (preset) => void ui.attempt(() => ask(preset)), { immediate: true });
  return (preset: Preset, size: SizeName): Cost | null => costs.value[`${preset.id} ${size}`] ?? null;
}

/** The size of the address; the one that the open session has runs of, where the address names none. */
function useSize(chosen: () => Preset) {
  const [route, router] = [useRoute(), useRouter()];
  const session = useSessionStore();
  const size = computed<SizeName>(() => {
    const asked = sizeNames.find((one) => one === route.query['size']);
    return asked ?? sizeOfRuns(session.runs, chosen()) ?? 'small';
  });
  const choose = (query: Readonly<Record<string, string>>): void => void router.replace({ query });
  return { size, choose };
}

/** Starts what is missing and resumes what has not ended: in the session that holds its runs, else in one of its own. */
async function runAt(preset: Preset, size: SizeName): Promise<boolean> {
  const session = useSessionStore();
  const plans = preset.experiments(size);
  if (runsOf(session.runs, plans).length === 0) {
    if (!(await mayLeave())) return false;
    if (!(await createSession(`${named(preset.title)}, ${size}`, plans[0]))) return false;
  }
  const { resume, start } = leftOf(session.runs, plans);
  if (resume.length > 0)
    await session.act(
      resume.map(({ id }) => id),
      { kind: 'resume' },
    );
  for (const spec of start) await session.startRace(spec);
  return true;
}

export function useReproduce(chosen: () => Preset) {
  const session = useSessionStore();
  const ui = useUiStore();
  const { size, choose } = useSize(chosen);
  const experiments = computed(() => chosen().experiments(size.value));
  const mine = computed(() => runsOf(session.runs, experiments.value).map(({ run }) => run));
  const active = computed(() => mine.value.filter(({ status }) => activeStatuses.has(status)).map(({ id }) => id));
  const run = (at: SizeName): Promise<unknown> =>
    ui.attempt(async () => {
      if (await runAt(chosen(), at)) choose({ of: chosen().id, size: at });
    });
  const pause = (): Promise<unknown> => ui.attempt(() => session.act(active.value, { kind: 'pause' }));
  return {
    size,
    choose,
    run,
    pause,
    mine,
    active,
    cost: useCosts(chosen),
    left: computed(() => missing(mine.value, experiments.value)),
    document: computed(() => documentOf(chosen(), size.value, session.runs, experiments.value)),
  };
}
